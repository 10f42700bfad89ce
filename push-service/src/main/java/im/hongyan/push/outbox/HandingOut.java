package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Whoever has got a message hears of its recall, so the store is told before he gets it. */
final class HandingOut {
  private final OutboxStore store;

  HandingOut(OutboxStore store) {
    this.store = store;
  }

  /** Marks entries as handed out, and takes those away that have been recalled meanwhile. */
  void keepWhatMayBe(Set<StoredEntry> entries) {
    List<DeliveryId> untold =
        entries.stream().filter(entry -> !entry.handedOut()).map(StoredEntry::id).toList();
    if (!store.polled(untold)) {
      Map<DeliveryId, StoredEntry> now = store.find(untold);
      entries.removeIf(
          entry -> {
            StoredEntry again = now.get(entry.id());
            return again != null && again.cancelled();
          });
    }
  }
}
