package im.hongyan.push.outbox;

import im.hongyan.amqp.PartitionHandler;
import im.hongyan.model.event.ReceiverEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Hands each partition of the stream of deliveries to its own {@link OutboxPartition}. */
final class OutboxHandler implements PartitionHandler<ReceiverEvent> {
  private final OutboxTools tools;
  private final Map<Integer, OutboxPartition> partitions = new ConcurrentHashMap<>();

  OutboxHandler(OutboxTools tools) {
    this.tools = tools;
  }

  @Override
  public void handle(int partition, List<ReceiverEvent> events) {
    of(partition).handle(events);
  }

  @Override
  public void reset(int partition) {
    of(partition).reset();
  }

  @Override
  public void tick(int partition, long heardUpTo) {
    of(partition).tick(heardUpTo);
  }

  private OutboxPartition of(int partition) {
    return partitions.computeIfAbsent(partition, number -> new OutboxPartition(number, tools));
  }
}
