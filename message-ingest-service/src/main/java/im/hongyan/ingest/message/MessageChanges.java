package im.hongyan.ingest.message;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.model.wire.ClientMessage.MsgCancel;
import im.hongyan.model.wire.ClientMessage.MsgEdit;
import im.hongyan.model.wire.ClientMessage.MsgReact;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionView;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Passes what is to become of a message on to the owner of the session, in the session's stream and
 * so behind the message, and answers when he has decided. Who asks and when is found out here; what
 * message it is and whose is known there alone.
 *
 * <p>The decision is told to all instances. Where it does not come in time the answer is
 * UNAVAILABLE: it may be done or not, and whoever asks again finds out, for all of this may be
 * repeated.
 */
public final class MessageChanges {
  private final Memberships memberships;
  private final StreamPublisher<SessionEvent> received;
  private final Supplier<String> requestNames;
  private final Duration timeout;
  private final Clock clock;

  /** The requests that wait for their answer, by name; each no longer than {@code timeout}. */
  private final ConcurrentHashMap<String, CompletableFuture<RequestAnswered>> waiting =
      new ConcurrentHashMap<>();

  MessageChanges(
      Memberships memberships,
      StreamPublisher<SessionEvent> received,
      Supplier<String> requestNames,
      Duration timeout,
      Clock clock) {
    this.memberships = memberships;
    this.received = received;
    this.requestNames = requestNames;
    this.timeout = timeout;
    this.clock = clock;
  }

  /** Passes a recall on; the sender's later messages come behind it. */
  public Answer recall(Command command, MsgCancel message) {
    return inSession(
        command,
        message.session(),
        session ->
            request(
                command,
                message.messagerecvId(),
                name ->
                    new RecallRequested(
                        message.messagerecvId(),
                        message.session(),
                        command.sender(),
                        keeps(session, command.sender()),
                        name,
                        clock.millis())));
  }

  /** Passes an edit on, likewise. */
  public Answer edit(Command command, MsgEdit message) {
    return inSession(
        command,
        message.session(),
        session -> {
          ContentRules.check(message.content(), session, command.sender());
          return request(
              command,
              message.messagerecvId(),
              name ->
                  new EditRequested(
                      message.messagerecvId(),
                      message.session(),
                      command.sender(),
                      message.content(),
                      name,
                      clock.millis()));
        });
  }

  /** Passes a reaction on, likewise. */
  public Answer react(Command command, MsgReact message) {
    return inSession(
        command,
        message.session(),
        session ->
            request(
                command,
                message.messagerecvId(),
                name ->
                    new ReactionRequested(
                        message.messagerecvId(),
                        message.session(),
                        command.sender(),
                        message.reaction(),
                        Boolean.TRUE.equals(message.remove()),
                        name,
                        clock.millis())));
  }

  private Answer inSession(
      Command command, SessionId session, Function<SessionView, Answer> request) {
    CompletableFuture<SessionView> member = memberships.of(session, command.sender());
    return member.isDone() && !member.isCompletedExceptionally()
        ? request.apply(member.join())
        : Answer.after(member, () -> request.apply(member.join()));
  }

  private Answer request(
      Command command, MessageId message, Function<String, SessionEvent> eventOf) {
    String name = requestNames.get();
    CompletableFuture<RequestAnswered> answer = new CompletableFuture<>();
    waiting.put(name, answer);
    SessionEvent event = eventOf.apply(name);
    var _ =
        received
            .publish(String.valueOf(event.session()), event)
            .whenComplete(
                (durable, failure) -> {
                  if (failure != null) {
                    answer.completeExceptionally(failure);
                  }
                });
    return Answer.placed(
        answer
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionallyCompose(MessageChanges::unanswered)
            .whenComplete((answered, failure) -> waiting.remove(name))
            .thenApply(answered -> reply(command, message, answered)));
  }

  /** Whether somebody may recall whatever is said in a session. */
  private static boolean keeps(SessionView session, UserId user) {
    return user.equals(session.owner()) || session.admins().contains(user);
  }

  private static CompletableFuture<RequestAnswered> unanswered(Throwable failure) {
    return CompletableFuture.failedFuture(
        failure instanceof TimeoutException
            ? HongyanException.unavailable("the request has not been decided in time", failure)
            : failure);
  }

  private static Reply reply(Command command, MessageId message, RequestAnswered answered) {
    if (answered.errcode() != ErrorCode.OK) {
      String reason = answered.errmsg();
      throw new HongyanException(
          answered.errcode(), reason == null ? answered.errcode().name() : reason);
    }
    return Reply.ok(command.request().message().type(), command.sender())
        .withDelivery(null, message);
  }

  /** A request has been decided; those of other instances are nobody's here. */
  void decided(RequestAnswered answered) {
    CompletableFuture<RequestAnswered> asked = waiting.get(answered.request());
    if (asked != null) {
      asked.complete(answered);
    }
  }

  int waiting() {
    return waiting.size();
  }
}
