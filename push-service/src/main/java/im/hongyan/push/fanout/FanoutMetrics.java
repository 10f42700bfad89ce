package im.hongyan.push.fanout;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What fan-out counts. */
final class FanoutMetrics {
  private final Counter stored;
  private final Counter copies;
  private final Counter collisions;
  private final Counter recalled;

  FanoutMetrics(MeterRegistry meters) {
    this.stored = meters.counter("hongyan.push.messages.stored");
    this.copies = meters.counter("hongyan.push.messages.copies");
    this.collisions = meters.counter("hongyan.push.messages.collisions");
    this.recalled = meters.counter("hongyan.push.messages.recalled");
  }

  void stored(int fresh, int known) {
    stored.increment(fresh);
    copies.increment(known);
  }

  void recalled() {
    recalled.increment();
  }

  void collided() {
    collisions.increment();
  }
}
