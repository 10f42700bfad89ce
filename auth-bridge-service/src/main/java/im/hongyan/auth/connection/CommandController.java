package im.hongyan.auth.connection;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.Beat;
import im.hongyan.auth.client.AuthBridgeClient.CarriedToken;
import im.hongyan.auth.client.AuthBridgeClient.ForwardedReply;
import im.hongyan.auth.client.AuthBridgeClient.HeartbeatReplies;
import im.hongyan.auth.client.AuthBridgeClient.Heartbeats;
import im.hongyan.codec.ParsedRequest;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The connection messages of clients, forwarded as they were sent. */
@RestController
class CommandController {
  private static final Logger log = LoggerFactory.getLogger(CommandController.class);

  private static final int MAX_BEATS = 1000;

  private final WireCodec codec = new WireCodec();
  private final Connections connections;

  CommandController(Connections connections) {
    this.connections = connections;
  }

  @PostMapping("/internal/v1/commands")
  ForwardedReply command(
      @org.springframework.web.bind.annotation.RequestHeader(AuthBridgeClient.SENDER) String sender,
      @org.springframework.web.bind.annotation.RequestHeader(AuthBridgeClient.TRANSPORT)
          String transport,
      @org.springframework.web.bind.annotation.RequestHeader(
              name = AuthBridgeClient.CLIENT,
              required = false)
          @Nullable String client,
      @RequestBody byte[] message) {
    UserId user = new UserId(sender);
    return switch (codec.parse(message)) {
      case ParsedRequest.Invalid invalid -> new ForwardedReply(invalid.reply(user));
      case ParsedRequest.Valid(Request request) ->
          new ForwardedReply(
              answer(
                      user,
                      new Origin(transport, client == null || client.isEmpty() ? null : client),
                      request)
                  .orElse(null));
    };
  }

  /** Signs of life of many devices. */
  @PostMapping("/internal/v1/heartbeats")
  HeartbeatReplies heartbeats(@RequestBody Heartbeats heartbeats) {
    List<Beat> beats = heartbeats.beats();
    if (beats.size() > MAX_BEATS) {
      throw HongyanException.badRequest(
          "beats: %d (expected: at most %d)", beats.size(), MAX_BEATS);
    }
    List<Optional<HongyanException>> refusals = connections.heartbeats(beats);
    String type = new ClientMessage.Heartbeat().type();
    return new HeartbeatReplies(
        IntStream.range(0, beats.size())
            .mapToObj(
                i ->
                    refusals
                        .get(i)
                        .map(refusal -> Reply.failed(type, beats.get(i).user(), refusal))
                        .orElseGet(() -> Reply.ok(type, beats.get(i).user())))
            .toList());
  }

  /** A token that came along with a message which is not forwarded. */
  @PostMapping("/internal/v1/carried-tokens")
  void prove(@RequestBody CarriedToken carried) {
    connections.proveCarried(carried.user(), carried.token(), carried.device());
  }

  /** How a message came. */
  private record Origin(String transport, @Nullable String client) {}

  private Optional<Reply> answer(UserId user, Origin origin, Request request) {
    String type = request.message().type();
    String requestId = request.header().requestId();
    try {
      return handle(user, origin, request).map(reply -> reply.withRequestId(requestId));
    } catch (HongyanException e) {
      log.debug("{} of {}: {}", type, user, e.getMessage());
      return Optional.of(Reply.failed(type, user, e).withRequestId(requestId));
    }
  }

  private Optional<Reply> handle(UserId user, Origin origin, Request request) {
    RequestHeader header = request.header();
    if (header.user() != null && !header.user().equals(user)) {
      throw HongyanException.forbidden("user: %s (expected: %s)", header.user(), user);
    }
    ClientMessage message = request.message();
    switch (message) {
      case ClientMessage.Connected connected -> {
        return connections.connected(
            user, header, connected.device(), origin.transport(), origin.client());
      }
      case ClientMessage.Auth _ -> connections.authenticate(user, header);
      case ClientMessage.Heartbeat _ -> connections.heartbeat(user, header.device());
      case ClientMessage.Logout _ -> connections.logout(user, header.device());
      case ClientMessage.SetStatus wanted -> connections.setStatus(user, wanted.status());
      default ->
          throw HongyanException.badRequest(
              "type: %s (expected: connected, auth, heatbeat, logout or status)", message.type());
    }
    return Optional.of(Reply.ok(message.type(), user));
  }
}
