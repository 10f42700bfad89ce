package im.hongyan.ingest.message;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.wire.ClientMessage.MsgRead;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionView;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;

/**
 * Hands how far members have read to the owner of the session, past moderation: there is nothing in
 * it to judge, and whatever a member has read has been through there.
 */
public final class ReadReports {
  private final Memberships memberships;
  private final StreamPublisher<SessionEvent> moderated;
  private final Clock clock;

  ReadReports(Memberships memberships, StreamPublisher<SessionEvent> moderated, Clock clock) {
    this.memberships = memberships;
    this.moderated = moderated;
    this.clock = clock;
  }

  /** Publishes a report and answers once it is durable. No later command has to wait for it. */
  public Answer read(Command command, MsgRead message) {
    CompletableFuture<SessionView> member = memberships.of(message.session(), command.sender());
    return Answer.placed(member.thenCompose(session -> publish(command, message)));
  }

  private CompletableFuture<Reply> publish(Command command, MsgRead message) {
    ReadReported event =
        new ReadReported(message.session(), command.sender(), message.seq(), clock.millis());
    return moderated
        .publish(message.session().value(), event)
        .thenApply(durable -> Reply.ok(message.type(), command.sender()));
  }
}
