package im.hongyan.push.outbox;

import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The way to the owners of the receivers' outboxes. */
public interface Deliveries {
  /** Which partition owns the outbox of {@code receiver}. */
  int partitionOf(UserId receiver);

  /**
   * Tells the owner; events of one partition arrive in the order of the calls.
   *
   * @return done when the event is durable
   */
  CompletableFuture<@Nullable Void> publish(int partition, ReceiverEvent event);

  /**
   * Tells the owners; where one event is lost, none behind it is sent any more.
   *
   * @return done when all events are durable; cancelled, what has not been sent is not sent
   */
  CompletableFuture<@Nullable Void> publishInOrder(List<Placed<ReceiverEvent>> events);
}
