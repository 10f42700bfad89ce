package im.hongyan.bench.history;

import java.util.List;

/**
 * What a run adds up to.
 *
 * @param sent messages sent
 * @param accepted messages that the server said it keeps
 * @param delivered first deliveries to receivers
 * @param lost accepted, and not delivered to a receiver or not stored
 * @param duplicated stored more than once
 * @param reordered delivered or stored out of order
 * @param copies pushes that came again, which a client drops by {@code messagesendId}
 * @param toOutsiders delivered to somebody who is not in the session
 * @param measured deliveries that the latencies count
 * @param sendToReplyMs from when a message was due to its answer
 * @param sendToPushMs from when a message was due to its push
 * @param sendToAllMs from when a message was due until all its receivers had it
 * @param examples some of the violations in words
 */
public record Verdict(
    long sent,
    long accepted,
    long delivered,
    long lost,
    long duplicated,
    long reordered,
    long copies,
    long toOutsiders,
    long measured,
    Percentiles sendToReplyMs,
    Percentiles sendToPushMs,
    Percentiles sendToAllMs,
    List<String> examples) {
  /** Whether every promise was kept. */
  public boolean kept() {
    return lost == 0 && duplicated == 0 && reordered == 0 && toOutsiders == 0;
  }
}
