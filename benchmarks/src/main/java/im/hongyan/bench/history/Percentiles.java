package im.hongyan.bench.history;

import org.HdrHistogram.Histogram;

/**
 * Percentiles of a latency, in milliseconds.
 *
 * @param p50 the median
 * @param p95 the 95th percentile
 * @param p99 the 99th percentile
 * @param max the largest
 */
public record Percentiles(double p50, double p95, double p99, double max) {
  /** Of a histogram of microseconds. */
  public static Percentiles of(Histogram micros) {
    return new Percentiles(
        micros.getValueAtPercentile(50) / 1_000.0,
        micros.getValueAtPercentile(95) / 1_000.0,
        micros.getValueAtPercentile(99) / 1_000.0,
        micros.getMaxValue() / 1_000.0);
  }
}
