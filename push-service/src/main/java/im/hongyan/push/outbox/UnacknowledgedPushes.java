package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.outbox.OutboxStore.Marks;
import im.hongyan.push.outbox.OutboxStore.Range;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import im.hongyan.push.pushing.EncodedPush;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What waits in an outbox, for those who come and ask. Blocking, thread-safe. */
public final class UnacknowledgedPushes {
  private final OutboxStore store;
  private final MessageStore messages;
  private final InstantSource clock;
  private final HandingOut handingOut;

  UnacknowledgedPushes(OutboxStore store, MessageStore messages, InstantSource clock) {
    this.store = store;
    this.messages = messages;
    this.clock = clock;
    this.handingOut = new HandingOut(store);
  }

  /**
   * The oldest pushes that {@code receiver} has not acknowledged, in order, as JSON. What has
   * expired or was recalled is passed over, however much of it there is, and what has expired is
   * marked: for somebody who only ever asks, nobody else does.
   */
  public List<byte[]> oldest(UserId receiver, int limit) {
    Map<StoredEntry, StoredMessage> pushes = new LinkedHashMap<>();
    List<DeliveryId> expired = new ArrayList<>();
    long after = 0;
    boolean more = true;
    while (more && pushes.size() < limit) {
      List<StoredEntry> page = store.open(new Range(receiver, after, limit));
      Map<MessageId, StoredMessage> found =
          messages.find(page.stream().map(StoredEntry::message).distinct().toList());
      for (StoredEntry entry : page) {
        after = entry.seq();
        StoredMessage message = found.get(entry.message());
        if (OutboxEntry.expiresAt(entry.createdAt(), entry.expire()) <= clock.millis()) {
          expired.add(entry.id());
        } else if (message != null
            && !entry.cancelled()
            && !message.cancelled()
            && pushes.size() < limit) {
          pushes.put(entry, message);
        }
      }
      more = page.size() == limit;
    }
    store.mark(Marks.ofExpired(expired));
    handingOut.keepWhatMayBe(pushes.keySet());
    return pushes.entrySet().stream()
        .map(push -> encode(push.getValue()).to(push.getKey().id()))
        .toList();
  }

  /** Those among {@code receivers} for whom it may be worth asking; one query for all of them. */
  public Set<UserId> whoHasSome(Collection<UserId> receivers) {
    return store.haveOpen(receivers);
  }

  static EncodedPush encode(StoredMessage message) {
    return EncodedPush.of(
        message.id(),
        message.session(),
        message.seq(),
        message.sender(),
        message.content().utf8(),
        message.expire(),
        message.createdAt());
  }
}
