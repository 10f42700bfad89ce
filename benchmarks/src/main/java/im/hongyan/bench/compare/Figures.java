package im.hongyan.bench.compare;

import im.hongyan.bench.history.Percentiles;

/**
 * What one load came to.
 *
 * @param perSecond messages a second that were delivered while it was measured
 * @param sent messages sent, with the warm-up
 * @param confirmed of those, what the sender was told is kept
 * @param delivered of those, what the receiver got
 * @param whole whether all was confirmed and delivered, and, of Hongyan, once and in order
 * @param confirmedMs from when a message was due until its sender knew that it is kept
 * @param deliveredMs from when a message was due until its receiver had it
 */
public record Figures(
    double perSecond,
    long sent,
    long confirmed,
    long delivered,
    boolean whole,
    Percentiles confirmedMs,
    Percentiles deliveredMs) {}
