package im.hongyan.push.outbox;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the outboxes count. Thread-safe. */
final class OutboxMetrics {
  final Counter stored;
  final Counter copies;
  final Counter collisions;
  final Counter pushed;
  final Counter redelivered;
  final Counter acknowledged;
  final Counter foreignAcknowledgements;
  final Counter failed;
  final Counter expired;
  final Counter recalledUnseen;
  final Counter lostPublishes;
  final Counter messagesMissing;
  private final Timer latency;
  private final Map<Integer, long[]> receivers = new ConcurrentHashMap<>();

  OutboxMetrics(MeterRegistry meters) {
    stored = meters.counter("hongyan.push.entries.stored");
    copies = meters.counter("hongyan.push.entries.copies");
    collisions = meters.counter("hongyan.push.entries.collisions");
    pushed = meters.counter("hongyan.push.pushed");
    redelivered = meters.counter("hongyan.push.redelivered");
    acknowledged = meters.counter("hongyan.push.acknowledged");
    foreignAcknowledgements = meters.counter("hongyan.push.acknowledgements.foreign");
    failed = meters.counter("hongyan.push.failed");
    expired = meters.counter("hongyan.push.expired");
    recalledUnseen = meters.counter("hongyan.push.recalled.unseen");
    lostPublishes = meters.counter("hongyan.push.publish.lost");
    messagesMissing = meters.counter("hongyan.push.messages.missing");
    latency =
        Timer.builder("hongyan.push.latency")
            .description("from the acceptance of a message to its first push")
            .publishPercentileHistogram()
            .minimumExpectedValue(Duration.ofMillis(1))
            .maximumExpectedValue(Duration.ofMinutes(1))
            .register(meters);
    Gauge.builder("hongyan.push.receivers.held", () -> sum(0)).register(meters);
    Gauge.builder("hongyan.push.receivers.blocked", () -> sum(1)).register(meters);
  }

  /** What a partition holds at the moment. */
  void holds(int partition, long held, long blocked) {
    receivers.put(partition, new long[] {held, blocked});
  }

  /** A partition is somebody else's now, who counts what he holds. */
  void holdsNothing(int partition) {
    receivers.remove(partition);
  }

  void firstPush(long sinceCreatedMillis) {
    latency.record(Duration.ofMillis(Math.max(0, sinceCreatedMillis)));
  }

  private long sum(int what) {
    return receivers.values().stream().mapToLong(counts -> counts[what]).sum();
  }
}
