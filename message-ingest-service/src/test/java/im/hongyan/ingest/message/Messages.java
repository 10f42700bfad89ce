package im.hongyan.ingest.message;

import im.hongyan.amqp.StreamPublisher;
import im.hongyan.ingest.forward.Questions;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.session.client.SessionDirectory;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;

/** Makes the message feature for tests of what stands on it. */
public record Messages(
    SendMessages sending, Acknowledgements acknowledgements, EditingNotices editing) {
  public static Messages of(
      SessionDirectory directory,
      Questions questions,
      StreamPublisher<SessionEvent> received,
      StreamPublisher<ReceiverEvent> deliveries,
      Replies replies,
      Clock clock,
      AtomicLong nanos) {
    Memberships memberships = new DirectoryMemberships(directory, questions);
    return new Messages(
        new SendMessages(
            memberships, received, new AcceptedMessages(1000, Duration.ofMinutes(1)), clock),
        new Acknowledgements(deliveries),
        new EditingNotices(memberships, replies, Duration.ofSeconds(2), 3, nanos::get));
  }
}
