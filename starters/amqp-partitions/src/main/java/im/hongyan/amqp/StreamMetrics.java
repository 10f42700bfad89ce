package im.hongyan.amqp;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** What is counted about one stream. */
record StreamMetrics(
    Counter published,
    Counter confirmed,
    Counter failed,
    Counter consumed,
    Counter retries,
    Counter dead,
    Counter crashes,
    DistributionSummary batch,
    Timer lag) {

  static StreamMetrics of(MeterRegistry registry, String stream) {
    return new StreamMetrics(
        registry.counter("hongyan.stream.published", "stream", stream),
        registry.counter("hongyan.stream.confirmed", "stream", stream),
        registry.counter("hongyan.stream.failed", "stream", stream),
        registry.counter("hongyan.stream.consumed", "stream", stream),
        registry.counter("hongyan.stream.retries", "stream", stream),
        registry.counter("hongyan.stream.dead", "stream", stream),
        registry.counter("hongyan.stream.crashes", "stream", stream),
        registry.summary("hongyan.stream.batch", "stream", stream),
        registry.timer("hongyan.stream.lag", "stream", stream));
  }
}
