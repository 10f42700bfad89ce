package im.hongyan.ingest.forward;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.codec.WireCodec;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.model.DeviceId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What auth-bridge answers: commands about the connection, and tokens that other commands carry
 * along. Thread-safe, never blocks.
 */
public final class ConnectionCommands {
  private final AuthBridgeClient authBridge;
  private final Questions questions;
  private final WireCodec codec;

  /** The token that each device last authenticated with; it need not be asked about again. */
  private final Cache<Device, String> tokens;

  ConnectionCommands(
      AuthBridgeClient authBridge,
      Questions questions,
      WireCodec codec,
      int rememberedTokens,
      Duration remembered) {
    this.authBridge = authBridge;
    this.questions = questions;
    this.codec = codec;
    this.tokens =
        Caffeine.newBuilder().maximumSize(rememberedTokens).expireAfterWrite(remembered).build();
  }

  private record Device(UserId user, @Nullable DeviceId device) {}

  /** Hands a command over; the sender's later commands wait for its answer. */
  public Answer forward(Command command) {
    return Answer.whole(ask(command));
  }

  /** Hands a sign of life over, for which nothing has to wait. */
  public Answer forwardUnordered(Command command) {
    return Answer.unordered(ask(command));
  }

  private CompletableFuture<Optional<Reply>> ask(Command command) {
    String token = command.request().header().token();
    Device device = new Device(command.sender(), command.device());
    return ask(command, command.raw())
        .thenApply(
            reply -> {
              boolean ok = reply.map(Reply::isOk).orElse(true);
              if (command.request().message() instanceof ClientMessage.Logout) {
                tokens.invalidate(device);
              } else if (ok && token != null) {
                tokens.put(device, token);
              }
              return reply;
            });
  }

  private CompletableFuture<Optional<Reply>> ask(Command command, byte[] message) {
    return questions.ask(
        () ->
            Optional.ofNullable(
                authBridge
                    .command(command.sender().value(), command.transport().wireName(), message)
                    .reply()));
  }

  /**
   * Authenticates the token that a command carries where it is a new one.
   *
   * @return fails as auth-bridge refused it; empty where there is nothing to ask
   */
  public Optional<CompletableFuture<?>> authenticate(Command command) {
    RequestHeader header = command.request().header();
    String token = header.token();
    if (token == null) {
      return Optional.empty();
    }
    Device device = new Device(command.sender(), header.device());
    if (token.equals(tokens.getIfPresent(device))) {
      return Optional.empty();
    }
    Request auth =
        new Request(
            new RequestHeader(header.user(), token, header.device(), null),
            new ClientMessage.Auth());
    return Optional.of(
        ask(command, codec.write(auth))
            .thenAccept(
                reply -> {
                  reply.filter(answer -> !answer.isOk()).ifPresent(ConnectionCommands::refuse);
                  tokens.put(device, token);
                }));
  }

  private static void refuse(Reply reply) {
    String reason = reply.errmsg() == null ? "the token was refused" : reply.errmsg();
    if (reply.errcode() == ErrorCode.RATE_LIMITED && reply.retryAfterMs() != null) {
      throw HongyanException.rateLimited(reason, Duration.ofMillis(reply.retryAfterMs()));
    }
    throw new HongyanException(reply.errcode(), reason);
  }
}
