package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.push.outbox.OutboxStore.Marks;
import java.util.List;

/**
 * Marks what has expired in all outboxes: nothing else notices that of an entry whose receiver is
 * away. One partition's owner does it for all. Belongs to the partition's thread.
 */
final class ExpirySweep {
  private static final int SWEEPING_PARTITION = 0;
  private static final int SWEPT_AT_A_TIME = 1_000;

  private final boolean sweeps;
  private final OutboxTools tools;
  private long nextSweep;

  ExpirySweep(int partition, OutboxTools tools) {
    this.sweeps = partition == SWEEPING_PARTITION;
    this.tools = tools;
  }

  /**
   * Sweeps when it is time. Those who are there are given time: what they have got and acknowledge
   * a little late counts as delivered.
   */
  void run(long now) {
    if (!sweeps || now < nextSweep) {
      return;
    }
    long grace = tools.properties().expirySweep().toMillis();
    List<DeliveryId> expired = tools.store().expiredBy(now - grace, SWEPT_AT_A_TIME);
    tools.store().mark(Marks.ofExpired(expired));
    tools.metrics().expired.increment(expired.size());
    if (expired.size() < SWEPT_AT_A_TIME) {
      nextSweep = now + grace;
    }
  }
}
