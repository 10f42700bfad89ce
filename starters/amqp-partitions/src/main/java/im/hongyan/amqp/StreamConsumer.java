package im.hongyan.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes all partitions of a stream. The broker lets one consumer of a partition be active: this
 * one may own all partitions, some, or stand by. Instances that work on more than their share of
 * the partitions leave one after the other to those that stand by. Started and stopped with the
 * application.
 */
public final class StreamConsumer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(StreamConsumer.class);

  /** A neighbour that was not heard of for so many intervals is gone. */
  private static final int INTERVALS_KEPT = 3;

  private final String instance = UUID.randomUUID().toString();
  private final PartitionLoop.Setting<?> setting;
  private final Consumer<Claim> claims;
  private final RandomGenerator random;
  private final Neighbours neighbours;
  private volatile List<PartitionLoop<?>> loops = List.of(); // changed under the monitor

  StreamConsumer(PartitionLoop.Setting<?> setting, Consumer<Claim> claims, RandomGenerator random) {
    this.setting = setting;
    this.claims = claims;
    this.random = random;
    this.neighbours =
        new Neighbours(INTERVALS_KEPT * setting.properties().balanceInterval().toNanos());
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
      started.add(new PartitionLoop<>(setting, partition, this::announce));
    }
    loops = List.copyOf(started);
    loops.forEach(PartitionLoop::start);
  }

  void requestStop() {
    loops.forEach(PartitionLoop::requestStop);
  }

  /** Finishes the batches in work and stops consuming; may be started again. */
  public synchronized void stop() {
    requestStop();
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
  public int subscribedPartitions() {
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

  /** Tells the other instances what this one works on. */
  private void announce() {
    List<PartitionLoop<?>> current = loops;
    List<Claim.Held> held = new ArrayList<>();
    for (int partition = 0; partition < current.size(); partition++) {
      long since = current.get(partition).activeSince();
      if (since > 0) {
        held.add(new Claim.Held(partition, since));
      }
    }
    claims.accept(new Claim(stream(), instance, isUp(), held));
  }

  /** Another instance, or this one, has announced itself. */
  void hear(Claim claim) {
    if (!claim.stream().equals(stream()) || claim.instance().equals(instance)) {
      return;
    }
    if (claim.complete()) {
      neighbours.heard(claim.instance(), System.nanoTime());
    }
    List<PartitionLoop<?>> current = loops;
    for (Claim.Held held : claim.held()) {
      if (held.partition() >= 0 && held.partition() < current.size()) {
        current.get(held.partition()).hearOfOther(held.since());
      }
    }
  }

  /**
   * Called at each interval: gives up one partition where this instance works on more than its
   * share. Partitions without events do not count: whoever owns them has nothing to do.
   */
  void balance() {
    if (!isUp()) {
      return;
    }
    announce();
    int others = neighbours.count(System.nanoTime());
    if (others == 0) {
      return;
    }
    List<PartitionLoop<?>> active = loops.stream().filter(loop -> loop.activeSince() > 0).toList();
    if (active.size() > Math.ceilDiv(setting.properties().partitions(), 1 + others)) {
      active.get(random.nextInt(active.size())).release();
    }
  }
}
