package im.hongyan.ingest.message;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.ingest.message.AcceptedMessages.Acceptance;
import im.hongyan.model.MessageId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.wire.ClientMessage.MsgSend;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionView;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/**
 * Accepts messages: checks that the sender may write in the session, names the message, publishes
 * it to the session's stream, and answers once it is durable there.
 *
 * <p>The order of a sender's messages is the order of their acceptance: they are published in the
 * order in which they came, without waiting for one another's confirm, and a connection that breaks
 * changes nothing about it. Only where the broker stays away too long a message fails, and those
 * behind it that wait to be sent to the same partition fail with it, each with its own answer: a
 * client that sends all that failed again, in its order and with the same {@code clientMsgId}s,
 * keeps the order. What it sends between such a failure and its hearing of it is a new message and
 * may be accepted before the failed one is sent again.
 *
 * <p>Called for one sender by one thread at a time; the id of a message contains its sender, so no
 * two calls meet over one id.
 */
public final class SendMessages {
  private final Memberships memberships;
  private final StreamPublisher<SessionEvent> received;
  private final AcceptedMessages accepted;
  private final Clock clock;

  SendMessages(
      Memberships memberships,
      StreamPublisher<SessionEvent> received,
      AcceptedMessages accepted,
      Clock clock) {
    this.memberships = memberships;
    this.received = received;
    this.accepted = accepted;
    this.clock = clock;
  }

  /** Accepts a message, or the copy of one. */
  public Answer send(Command command, MsgSend message) {
    MessageId id =
        MessageId.of(command.sender(), command.device(), message.clientMsgId(), message.session());
    Acceptance earlier = accepted.find(id);
    if (earlier != null && earlier.stands()) {
      return answer(command, message, id, earlier);
    }
    CompletableFuture<SessionView> member = memberships.of(message.session(), command.sender());
    return member.isDone() && !member.isCompletedExceptionally()
        ? publish(command, message, id, member.join())
        : Answer.after(member, () -> publish(command, message, id, member.join()));
  }

  private Answer publish(Command command, MsgSend message, MessageId id, SessionView session) {
    ContentRules.check(message.content(), session, command.sender());
    Acceptance earlier = accepted.find(id);
    long createdAt = earlier == null ? clock.millis() : earlier.createdAt();
    MessageReceived event =
        new MessageReceived(
            id,
            message.session(),
            command.sender(),
            command.device(),
            message.clientMsgId(),
            message.content(),
            message.expire() == null ? 0 : message.expire(),
            createdAt);
    Acceptance acceptance =
        new Acceptance(createdAt, received.publish(message.session().value(), event));
    accepted.remember(id, acceptance);
    return answer(command, message, id, acceptance);
  }

  private static Answer answer(
      Command command, MsgSend message, MessageId id, Acceptance acceptance) {
    return Answer.placed(
        acceptance
            .confirmed()
            .thenApply(
                durable ->
                    Reply.ok(message.type(), command.sender())
                        .withMessage(message.clientMsgId(), id, acceptance.createdAt())
                        .withSession(message.session())));
  }
}
