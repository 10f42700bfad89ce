package im.hongyan.amqp;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes all partitions of a stream. The broker lets one consumer of a partition be active: this
 * one may own all partitions, some, or stand by. Started and stopped with the application.
 */
public final class StreamConsumer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StreamConsumer.class);

  private final PartitionLoop.Setting<?> setting;
  private List<PartitionLoop<?>> loops = List.of(); // guarded by this

  StreamConsumer(PartitionLoop.Setting<?> setting) {
    this.setting = setting;
  }

  /** The stream that is consumed. */
  public String stream() {
    return setting.stream();
  }

  /** Starts consuming; does nothing when that was done. */
  public synchronized void start() {
    if (!loops.isEmpty()) {
      return;
    }
    List<PartitionLoop<?>> started = new ArrayList<>();
    for (int partition = 0; partition < setting.properties().partitions(); partition++) {
      PartitionLoop<?> loop = new PartitionLoop<>(setting, partition);
      loop.start();
      started.add(loop);
    }
    loops = List.copyOf(started);
  }

  synchronized void requestStop() {
    loops.forEach(PartitionLoop::requestStop);
  }

  /** Finishes the batches in work and stops consuming; may be started again. */
  public synchronized void stop() {
    loops.forEach(PartitionLoop::requestStop);
    try {
      for (PartitionLoop<?> loop : loops) {
        loop.awaitStop();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      log.warn("Interrupted while {} was stopping", stream());
    }
    loops = List.of();
  }

  @Override
  public void close() {
    stop();
  }

  /** How many partitions are subscribed to, as the active consumer or standing by. */
  public synchronized int subscribedPartitions() {
    return (int) loops.stream().filter(PartitionLoop::isSubscribed).count();
  }

  /** The state for an operator, in one line. */
  String state() {
    String complaint = setting.leftOut().complaint();
    return complaint == null ? subscribedPartitions() + " partitions" : complaint;
  }

  /** Whether all partitions are subscribed to. */
  public boolean isUp() {
    return subscribedPartitions() == setting.properties().partitions();
  }
}
