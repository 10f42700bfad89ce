package im.hongyan.ingest.routing;

import im.hongyan.codec.ParsedRequest;
import im.hongyan.codec.WireCodec;
import im.hongyan.ingest.activity.ActivityReports;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.ingest.command.Transport;
import im.hongyan.ingest.forward.ConnectionCommands;
import im.hongyan.ingest.limit.SenderRateLimit;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the bytes of a client and brings back the one answer to them. What a sender sends is
 * handled in the order in which it is given here; nothing waits for an answer, only for its
 * predecessor's place. Thread-safe, never blocks.
 */
public final class CommandRouter {
  private static final Logger log = LoggerFactory.getLogger(CommandRouter.class);
  private static final int MAX_SHOWN_TYPE = 64;
  private static final int MAX_READ_TO_REFUSE = 1024;
  private static final byte[] NOT_KEPT = {};
  private static final String NO_TYPE = "error";
  private static final Duration UNTIL_LANES_EMPTY = Duration.ofSeconds(1);

  private final WireCodec codec;
  private final SenderRateLimit limit;
  private final SenderLanes lanes;
  private final ConnectionCommands connections;
  private final Function<Command, Answer> handlers;
  private final ActivityReports activity;
  private final IngestMeters meters;

  CommandRouter(
      WireCodec codec,
      SenderRateLimit limit,
      SenderLanes lanes,
      ConnectionCommands connections,
      Function<Command, Answer> handlers,
      ActivityReports activity,
      IngestMeters meters) {
    this.codec = codec;
    this.limit = limit;
    this.lanes = lanes;
    this.connections = connections;
    this.handlers = handlers;
    this.activity = activity;
    this.meters = meters;
  }

  /**
   * Handles what a client sent.
   *
   * @param sender who sent it, proven
   * @param message as sent; not to be changed afterwards
   * @return the answer, refusals included: never fails; empty where the answer reaches the client
   *     by another way
   */
  public CompletableFuture<Optional<Reply>> route(
      UserId sender, Transport transport, byte[] message) {
    return route(sender, transport, null, message);
  }

  /**
   * As {@link #route(UserId, Transport, byte[])}.
   *
   * @param clientId the MQTT client id that sent it, where the broker tells
   */
  public CompletableFuture<Optional<Reply>> route(
      UserId sender, Transport transport, @Nullable String clientId, byte[] message) {
    Optional<HongyanException> tooMuch = limit.refusalOf(sender, message.length);
    if (tooMuch.isPresent()) {
      return CompletableFuture.completedFuture(
          Optional.of(refusedUnheard(sender, message, tooMuch.get())));
    }
    return switch (codec.parse(message)) {
      case ParsedRequest.Invalid invalid -> {
        meters.badInput();
        Reply reply = invalid.reply(sender);
        meters.replied(reply);
        yield CompletableFuture.completedFuture(Optional.of(reply));
      }
      case ParsedRequest.Valid valid ->
          route(
              new Command(
                  sender,
                  transport,
                  clientId,
                  valid.request(),
                  isHandedOn(valid.request().message()) ? message : NOT_KEPT),
              message.length);
    };
  }

  /** What it answers is read only where reading costs no more than the answer itself. */
  private Reply refusedUnheard(UserId sender, byte[] message, HongyanException refusal) {
    Reply reply =
        message.length > MAX_READ_TO_REFUSE
            ? Reply.failed(NO_TYPE, sender, refusal)
            : switch (codec.parse(message)) {
              case ParsedRequest.Invalid invalid ->
                  new ParsedRequest.Invalid(
                          invalid.type(), invalid.requestId(), invalid.clientMsgId(), refusal)
                      .reply(sender);
              case ParsedRequest.Valid(Request request) ->
                  refusal(sender, request.message(), refusal)
                      .withRequestId(request.header().requestId());
            };
    meters.replied(reply);
    return reply;
  }

  private CompletableFuture<Optional<Reply>> route(Command command, int size) {
    long begin = System.nanoTime();
    CompletableFuture<Optional<Reply>> answer = new CompletableFuture<>();
    Optional<HongyanException> refusal = refusalOf(command);
    if (refusal.isPresent()) {
      finish(command, answer, begin, refused(command, refusal.get()));
      return answer;
    }
    if (!(command.request().message() instanceof ClientMessage.Heartbeat)) {
      // auth-bridge hears of those as such.
      activity.heardOf(command.sender(), command.device());
    }
    switch (lanes.submit(command.sender(), size, () -> begin(command, answer, begin))) {
      case ACCEPTED -> {}
      case SENDER_FULL ->
          finish(
              command,
              answer,
              begin,
              refused(
                  command,
                  HongyanException.rateLimited(
                      "too many messages wait for an earlier one", UNTIL_LANES_EMPTY)));
      case ALL_FULL ->
          finish(
              command,
              answer,
              begin,
              refused(command, HongyanException.unavailable("too many messages wait", null)));
    }
    return answer;
  }

  private Optional<HongyanException> refusalOf(Command command) {
    UserId claimed = command.request().header().user();
    if (claimed != null && !claimed.equals(command.sender())) {
      return Optional.of(
          HongyanException.forbidden(
              "user: \"%s\" (expected: \"%s\", who sent it)", claimed, command.sender()));
    }
    if (command.request().message() instanceof ClientMessage.Unknown) {
      meters.badInput();
    }
    return limit.refusalOf(command.sender(), command.request().message());
  }

  /** Runs in the sender's lane. */
  private CompletionStage<?> begin(
      Command command, CompletableFuture<Optional<Reply>> answer, long begin) {
    Answer begun;
    try {
      begun = authenticated(command);
    } catch (RuntimeException e) {
      begun = Answer.refused(e);
    }
    var _ =
        begun
            .reply()
            .exceptionally(failure -> refused(command, failure))
            .thenAccept(reply -> finish(command, answer, begin, reply));
    return begun.placed();
  }

  /** A token that a message carries along is proven before the message counts. */
  private Answer authenticated(Command command) {
    return connections
        .authenticate(command)
        .map(proof -> Answer.after(proof, () -> handlers.apply(command)))
        .orElseGet(() -> handlers.apply(command));
  }

  /** Whether another service gets the message as it was sent; the bytes of others are let go. */
  private static boolean isHandedOn(ClientMessage message) {
    return switch (message) {
      case ClientMessage.MsgSend m -> false;
      case ClientMessage.MsgRecv m -> false;
      case ClientMessage.MsgCancel m -> false;
      case ClientMessage.MsgEdit m -> false;
      case ClientMessage.MsgReact m -> false;
      case ClientMessage.MsgRead m -> false;
      case ClientMessage.MsgEditing m -> false;
      case ClientMessage.Unknown m -> false;
      default -> true;
    };
  }

  private void finish(
      Command command,
      CompletableFuture<Optional<Reply>> answer,
      long begin,
      Optional<Reply> reply) {
    Request request = command.request();
    Optional<Reply> told = reply.map(it -> it.withRequestId(request.header().requestId()));
    told.ifPresent(it -> meters.answered(request.message(), it, System.nanoTime() - begin));
    answer.complete(told);
  }

  private static Optional<Reply> refused(Command command, Throwable failure) {
    return Optional.of(
        refusal(command.sender(), command.request().message(), asExpected(command, failure)));
  }

  private static Reply refusal(UserId sender, ClientMessage message, HongyanException reason) {
    Reply reply = Reply.failed(shown(message.type()), sender, reason);
    return switch (message) {
      case ClientMessage.MsgSend m -> reply.withMessage(m.clientMsgId(), null, null);
      case ClientMessage.MsgRecv m -> reply.withDelivery(m.messagesendId(), m.messagerecvId());
      case ClientMessage.MsgCancel m -> reply.withDelivery(null, m.messagerecvId());
      case ClientMessage.MsgEdit m -> reply.withDelivery(null, m.messagerecvId());
      case ClientMessage.MsgReact m -> reply.withDelivery(null, m.messagerecvId());
      default -> reply;
    };
  }

  /** A type that nobody knows may be as long as a message. */
  private static String shown(String type) {
    return type.length() <= MAX_SHOWN_TYPE ? type : type.substring(0, MAX_SHOWN_TYPE);
  }

  private static HongyanException asExpected(Command command, Throwable failure) {
    Throwable cause = failure;
    while (cause instanceof CompletionException && cause.getCause() != null) {
      cause = cause.getCause();
    }
    if (cause instanceof HongyanException expected) {
      return expected;
    }
    log.error("{} failed", command, cause);
    return new HongyanException(ErrorCode.FAILED, "the server failed; nothing was done");
  }
}
