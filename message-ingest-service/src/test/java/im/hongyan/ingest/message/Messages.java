package im.hongyan.ingest.message;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.forward.Questions;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.session.client.SessionDirectory;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the message feature for tests of what stands on it. */
public record Messages(
    SendMessages sending,
    MessageChanges changes,
    Acknowledgements acknowledgements,
    ReadReports reads,
    EditingNotices editing) {
  /** How long a request waits for its decision. */
  public static final Duration DECISION_TIMEOUT = Duration.ofMillis(50);

  /** A request has been decided. */
  public void decided(RequestAnswered answered) {
    changes.decided(answered);
  }

  /** How many requests wait to be decided. */
  public int undecided() {
    return changes.waiting();
  }

  public static Messages of(
      SessionDirectory directory,
      Questions questions,
      StreamPublisher<SessionEvent> received,
      StreamPublisher<SessionEvent> moderated,
      StreamPublisher<ReceiverEvent> deliveries,
      Replies replies,
      Clock clock,
      AtomicLong nanos) {
    AtomicInteger names = new AtomicInteger();
    Memberships memberships = new DirectoryMemberships(directory, questions);
    return new Messages(
        new SendMessages(
            memberships, received, new AcceptedMessages(1000, Duration.ofMinutes(1)), clock),
        new MessageChanges(
            memberships,
            received,
            () -> "request-" + names.incrementAndGet(),
            DECISION_TIMEOUT,
            clock),
        new Acknowledgements(deliveries),
        new ReadReports(memberships, moderated, clock),
        new EditingNotices(memberships, replies, Duration.ofSeconds(2), 3, nanos::get));
  }
}
