package im.hongyan.bench.compare;

/**
 * How far a subject is from the limit: what it measured, divided by what the limit measured.
 *
 * @param subject which one
 * @param p50 of the median latency to delivery; 2 is twice as long
 * @param p95 of its 95th percentile
 * @param p99 of its 99th percentile
 * @param throughput of the messages a second; 0.5 is half as many
 */
public record Ratio(Subject subject, double p50, double p95, double p99, double throughput) {
  static Ratio of(Measured measured, Measured limit) {
    var latency = measured.atRate().deliveredMs();
    var least = limit.atRate().deliveredMs();
    return new Ratio(
        measured.subject(),
        divided(latency.p50(), least.p50()),
        divided(latency.p95(), least.p95()),
        divided(latency.p99(), least.p99()),
        divided(measured.asFast().perSecond(), limit.asFast().perSecond()));
  }

  /** 0 where there is nothing to compare with. */
  private static double divided(double value, double by) {
    return by > 0 ? value / by : 0;
  }
}
