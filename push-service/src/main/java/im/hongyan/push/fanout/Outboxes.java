package im.hongyan.push.fanout;

import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.push.outbox.Deliveries;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** Tells the outboxes, in the order of the calls, and waits until they will hear of it. */
final class Outboxes {
  private final Deliveries deliveries;
  private final Duration confirmTimeout;

  Outboxes(Deliveries deliveries, Duration confirmTimeout) {
    this.deliveries = deliveries;
    this.confirmTimeout = confirmTimeout;
  }

  /** One event for each message and partition that has receivers of it. */
  void tell(List<Fanned> messages) throws InterruptedException {
    List<Placed<ReceiverEvent>> events = new ArrayList<>(messages.size());
    for (Fanned message : messages) {
      byPartition(message.receivers())
          .forEach(
              (partition, receivers) -> events.add(new Placed<>(partition, message.to(receivers))));
    }
    publish(events);
  }

  /** Returns when all have been confirmed. */
  void publish(List<Placed<ReceiverEvent>> events) throws InterruptedException {
    if (!events.isEmpty()) {
      await(deliveries.publishInOrder(events));
    }
  }

  /** The partition of the outbox of {@code receiver}. */
  int partitionOf(UserId receiver) {
    return deliveries.partitionOf(receiver);
  }

  /** Receivers by the partitions of their outboxes. */
  Map<Integer, List<UserId>> byPartition(List<UserId> receivers) {
    Map<Integer, List<UserId>> byPartition = new TreeMap<>();
    for (UserId receiver : receivers) {
      byPartition
          .computeIfAbsent(deliveries.partitionOf(receiver), partition -> new ArrayList<>())
          .add(receiver);
    }
    return byPartition;
  }

  /** At the first failure or when it takes too long, nothing further is sent. */
  private void await(CompletableFuture<@Nullable Void> confirmed) throws InterruptedException {
    try {
      confirmed.get(confirmTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw HongyanException.unavailable("fan-out: the outboxes were not told", e.getCause());
    } catch (TimeoutException e) {
      throw HongyanException.unavailable(
          "fan-out: no confirm within %s".formatted(confirmTimeout), e);
    } finally {
      confirmed.cancel(false);
    }
  }
}
