package im.hongyan.amqp;

import java.util.List;

/**
 * What the consumer of a stream tells those of other instances, from time to time and when it is
 * given a partition.
 *
 * @param instance which consumer says so
 * @param complete whether it has subscribed to all partitions, and so can take over any
 * @param held the partitions of which it has been given events since it subscribed
 */
record Claim(String stream, String instance, boolean complete, List<Held> held) {
  /**
   * A partition that a consumer believes to own.
   *
   * @param since when it was given its first event, in milliseconds of its own clock
   */
  record Held(int partition, long since) {}
}
