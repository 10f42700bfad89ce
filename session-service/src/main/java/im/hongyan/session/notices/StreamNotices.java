package im.hongyan.session.notices;

import im.hongyan.amqp.Broadcast;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.model.HongyanException;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tells the stream of the session, and every cache. */
final class StreamNotices implements SessionNotices {
  private final StreamPublisher<SessionEvent> stream;
  private final Broadcast<SessionEvent> caches;
  private final Duration patience;

  StreamNotices(
      StreamPublisher<SessionEvent> stream, Broadcast<SessionEvent> caches, Duration patience) {
    this.stream = stream;
    this.caches = caches;
    this.patience = patience;
  }

  @Override
  public void tell(SessionChanged event) {
    // Caches first: once the reply is out, they should know.
    caches.publish(event);
    try {
      stream
          .publish(event.session().value(), event)
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw untold(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw untold(e);
    }
  }

  private static HongyanException untold(Exception e) {
    return HongyanException.unavailable(
        "the change is stored and will be told to the members once the broker is back", e);
  }
}
