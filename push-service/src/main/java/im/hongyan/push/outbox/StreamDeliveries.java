package im.hongyan.push.outbox;

import im.hongyan.amqp.Partitioner;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** The stream of deliveries. */
final class StreamDeliveries implements Deliveries {
  private final StreamPublisher<ReceiverEvent> stream;
  private final Partitioner partitioner;

  StreamDeliveries(StreamPublisher<ReceiverEvent> stream, Partitioner partitioner) {
    this.stream = stream;
    this.partitioner = partitioner;
  }

  @Override
  public int partitionOf(UserId receiver) {
    return partitioner.partitionOf(receiver.value());
  }

  @Override
  public CompletableFuture<@Nullable Void> publish(int partition, ReceiverEvent event) {
    return stream.publishTo(partition, event);
  }

  @Override
  public CompletableFuture<@Nullable Void> publishInOrder(List<Placed<ReceiverEvent>> events) {
    return stream.publishInOrder(events);
  }
}
