package im.hongyan.ingest.message;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.RecallAnswered;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.wire.ClientMessage.MsgCancel;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionView;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Passes recalls on to the owner of the session, in the session's stream and so behind the message,
 * and answers when he has decided. Who asks and when is found out here; what message it is and
 * whose is known there alone.
 *
 * <p>The decision is told to all instances. Where it does not come in time the answer is
 * UNAVAILABLE: the message may be recalled or not, and whoever asks again finds out, for a recall
 * may be repeated.
 */
public final class RecallMessages {
  private final Memberships memberships;
  private final StreamPublisher<SessionEvent> received;
  private final Supplier<String> requestNames;
  private final Duration timeout;
  private final Clock clock;

  /** The requests that wait for their answer, by name; each no longer than {@code timeout}. */
  private final ConcurrentHashMap<String, CompletableFuture<RecallAnswered>> waiting =
      new ConcurrentHashMap<>();

  RecallMessages(
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
    CompletableFuture<SessionView> member = memberships.of(message.session(), command.sender());
    return member.isDone() && !member.isCompletedExceptionally()
        ? publish(command, message, member.join())
        : Answer.after(member, () -> publish(command, message, member.join()));
  }

  private Answer publish(Command command, MsgCancel message, SessionView session) {
    String name = requestNames.get();
    CompletableFuture<RecallAnswered> answer = new CompletableFuture<>();
    waiting.put(name, answer);
    RecallRequested event =
        new RecallRequested(
            message.messagerecvId(),
            message.session(),
            command.sender(),
            keeps(session, command.sender()),
            name,
            clock.millis());
    var _ =
        received
            .publish(message.session().value(), event)
            .whenComplete(
                (durable, failure) -> {
                  if (failure != null) {
                    answer.completeExceptionally(failure);
                  }
                });
    return Answer.placed(
        answer
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .exceptionallyCompose(RecallMessages::unanswered)
            .whenComplete((answered, failure) -> waiting.remove(name))
            .thenApply(answered -> reply(command, message, answered)));
  }

  /** Whether somebody may recall whatever is said in a session. */
  private static boolean keeps(SessionView session, UserId user) {
    return user.equals(session.owner()) || session.admins().contains(user);
  }

  private static CompletableFuture<RecallAnswered> unanswered(Throwable failure) {
    return CompletableFuture.failedFuture(
        failure instanceof TimeoutException
            ? HongyanException.unavailable("the recall has not been decided in time", failure)
            : failure);
  }

  private static Reply reply(Command command, MsgCancel message, RecallAnswered answered) {
    if (answered.errcode() != ErrorCode.OK) {
      String reason = answered.errmsg();
      throw new HongyanException(
          answered.errcode(), reason == null ? answered.errcode().name() : reason);
    }
    return Reply.ok(message.type(), command.sender()).withDelivery(null, message.messagerecvId());
  }

  /** A recall has been decided; those of other instances are nobody's here. */
  void decided(RecallAnswered answered) {
    CompletableFuture<RecallAnswered> asked = waiting.get(answered.request());
    if (asked != null) {
      asked.complete(answered);
    }
  }

  int waiting() {
    return waiting.size();
  }
}
