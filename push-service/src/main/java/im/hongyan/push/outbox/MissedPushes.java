package im.hongyan.push.outbox;

import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.outbox.OutboxStore.Range;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Whatever went into an outbox, acknowledged by another device or not, for a device that was away.
 * Blocking, thread-safe.
 */
public final class MissedPushes {
  private final OutboxStore store;
  private final MessageStore messages;
  private final InstantSource clock;
  private final HandingOut handingOut;

  MissedPushes(OutboxStore store, MessageStore messages, InstantSource clock) {
    this.store = store;
    this.messages = messages;
    this.clock = clock;
    this.handingOut = new HandingOut(store);
  }

  /**
   * A part of an outbox.
   *
   * @param pushes in order, as JSON; what was recalled, dropped or has expired is not among them
   * @param next the place where the next part begins
   * @param more whether there is one now
   */
  public record Part(List<byte[]> pushes, long next, boolean more) {}

  /** The last place of an outbox, 0 where it is empty. */
  public long end(UserId receiver) {
    return store.lastSeq(List.of(receiver)).getOrDefault(receiver, 0L);
  }

  /** The part behind a place, of at most {@code limit} places that are taken. */
  public Part after(UserId receiver, long place, int limit) {
    List<StoredEntry> page = store.kept(new Range(receiver, place, limit));
    Map<MessageId, StoredMessage> found =
        messages.find(page.stream().map(StoredEntry::message).distinct().toList());
    Map<StoredEntry, StoredMessage> pushes = new LinkedHashMap<>();
    for (StoredEntry entry : page) {
      StoredMessage message = found.get(entry.message());
      if (message != null && !message.cancelled() && !entry.cancelled() && !isOver(entry)) {
        pushes.put(entry, message);
      }
    }
    handingOut.keepWhatMayBe(pushes.keySet());
    return new Part(
        pushes.entrySet().stream()
            .map(push -> UnacknowledgedPushes.encode(push.getValue()).to(push.getKey().id()))
            .toList(),
        page.isEmpty() ? place : page.getLast().seq(),
        page.size() == limit);
  }

  /** What nobody has got in time is worthless; what was delivered is not looked at again. */
  private boolean isOver(StoredEntry entry) {
    return entry.open()
        && OutboxEntry.expiresAt(entry.createdAt(), entry.expire()) <= clock.millis();
  }
}
