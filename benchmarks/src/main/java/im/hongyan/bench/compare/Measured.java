package im.hongyan.bench.compare;

/**
 * What was measured of one subject.
 *
 * @param subject what was loaded
 * @param atRate at the fixed rate: its latencies
 * @param asFast as fast as messages are confirmed: its throughput
 */
public record Measured(Subject subject, Figures atRate, Figures asFast) {
  boolean whole() {
    return atRate.whole() && asFast.whole();
  }
}
