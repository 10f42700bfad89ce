package im.hongyan.push.outbox;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How outboxes behave.
 *
 * @param window how many pushes of one receiver may be unacknowledged at a time
 * @param ackTimeout how long the oldest push may stay unacknowledged before it is sent again;
 *     doubles with each further try
 * @param maxAckTimeout the longest such time
 * @param maxRetries how often a push is sent again before it counts as failed and its receiver
 *     waits for his next connection
 * @param pageSize how many entries of a backlog are read at a time
 * @param maxReceivers how many receivers of one partition are held in memory; those who wait for an
 *     acknowledgement are never forgotten
 * @param idle how long a receiver without traffic is held in memory
 * @param maxBatch how many entries are stored by one command
 * @param parallelReads how many receivers' backlogs one partition reads side by side
 * @param recoveryPage how many receivers who wait are looked for by a tick after a partition was
 *     taken over, and of how many it is asked again whether they are online where that was not
 *     known
 * @param recoveryTime how much of a tick that search may take
 * @param expirySweep how often what has expired unnoticed is looked for, and how long after its
 *     expiry
 */
@ConfigurationProperties("hongyan.push.outbox")
record OutboxProperties(
    @DefaultValue("100") int window,
    @DefaultValue("10s") Duration ackTimeout,
    @DefaultValue("5m") Duration maxAckTimeout,
    @DefaultValue("5") int maxRetries,
    @DefaultValue("100") int pageSize,
    @DefaultValue("20000") int maxReceivers,
    @DefaultValue("10m") Duration idle,
    @DefaultValue("1000") int maxBatch,
    @DefaultValue("16") int parallelReads,
    @DefaultValue("500") int recoveryPage,
    @DefaultValue("200ms") Duration recoveryTime,
    @DefaultValue("1m") Duration expirySweep) {
  /** Checks the ranges. */
  OutboxProperties {
    within("window", window, 1, 10_000);
    within("max-retries", maxRetries, 0, 100);
    within("page-size", pageSize, 1, 10_000);
    within("max-receivers", maxReceivers, 1, 10_000_000);
    within("max-batch", maxBatch, 1, 10_000);
    within("parallel-reads", parallelReads, 1, 1_000);
    within("recovery-page", recoveryPage, 1, 100_000);
    positive("ack-timeout", ackTimeout);
    positive("idle", idle);
    positive("recovery-time", recoveryTime);
    positive("expiry-sweep", expirySweep);
    if (maxAckTimeout.compareTo(ackTimeout) < 0) {
      throw new IllegalArgumentException(
          "hongyan.push.outbox.max-ack-timeout: %s (expected: at least ack-timeout, %s)"
              .formatted(maxAckTimeout, ackTimeout));
    }
  }

  private static void within(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "hongyan.push.outbox.%s: %d (expected: %d to %d)".formatted(name, value, least, most));
    }
  }

  private static void positive(String name, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.push.outbox.%s: %s (expected: a positive duration)".formatted(name, value));
    }
  }

  /** What one receiver's outbox needs to know. */
  ReceiverOutbox.Limits limits() {
    return new ReceiverOutbox.Limits(
        window, ackTimeout.toMillis(), maxAckTimeout.toMillis(), maxRetries, pageSize);
  }
}
