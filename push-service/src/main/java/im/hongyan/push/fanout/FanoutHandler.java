package im.hongyan.push.fanout;

import im.hongyan.amqp.PartitionHandler;
import im.hongyan.model.event.SessionEvent;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/** Hands each partition of the stream of moderated messages to its own {@link FanoutPartition}. */
final class FanoutHandler implements PartitionHandler<SessionEvent> {
  private final Supplier<FanoutPartition> newPartition;
  private final Map<Integer, FanoutPartition> partitions = new ConcurrentHashMap<>();

  FanoutHandler(Supplier<FanoutPartition> newPartition) {
    this.newPartition = newPartition;
  }

  @Override
  public void handle(int partition, List<SessionEvent> events) throws InterruptedException {
    of(partition).handle(events);
  }

  @Override
  public void reset(int partition) {
    of(partition).reset();
  }

  private FanoutPartition of(int partition) {
    return partitions.computeIfAbsent(partition, number -> newPartition.get());
  }
}
