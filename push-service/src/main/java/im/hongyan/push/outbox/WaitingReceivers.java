package im.hongyan.push.outbox;

import im.hongyan.model.UserId;
import java.util.List;

/**
 * Walks through the receivers of unsent or failed entries, of all partitions, in the order of their
 * ids. Each read begins behind the last receiver found, so that the rest of his entries is never
 * looked at; and it is as long as the read before has shown to be worth it: what it costs follows
 * from how many receivers wait, not from how much waits for them. Belongs to the thread of a
 * partition.
 */
final class WaitingReceivers {
  private static final int LEAST = 2;

  private final OutboxStore store;
  private final int most;
  private int entries;
  private String after = "";

  /** Begins with the first receiver; reads at most {@code most} entries at a time. */
  WaitingReceivers(OutboxStore store, int most) {
    this.store = store;
    this.most = most;
    this.entries = most;
  }

  /** The next ones, each once; nobody when all have been named. */
  List<UserId> next() {
    List<UserId> found = store.waitingAfter(after, entries);
    if (!found.isEmpty()) {
      after = found.getLast().value();
      entries = Math.clamp(2L * found.size(), Math.min(LEAST, most), most);
    }
    return found;
  }
}
