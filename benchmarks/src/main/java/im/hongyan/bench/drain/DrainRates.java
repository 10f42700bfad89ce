package im.hongyan.bench.drain;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Deliveries a second.
 *
 * @param messages of each of the two
 * @param live while senders and receivers are there, as fast as messages are answered
 * @param backlog of what was stored while the receivers were away, from their coming back
 * @param kept whether nothing was lost, doubled or out of order
 */
public record DrainRates(long messages, double live, double backlog, boolean kept) {
  /** The backlog's rate divided by the live one. */
  @JsonProperty
  public double ratio() {
    return backlog / live;
  }

  /** Deliveries a second between two moments of {@code System.nanoTime()}. */
  public static double rate(long deliveries, long fromNanos, long toNanos) {
    return deliveries * 1e9 / (toNanos - fromNanos);
  }
}
