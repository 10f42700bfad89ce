package im.hongyan.push.outbox;

import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import im.hongyan.push.pushing.EncodedPush;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What waits in an outbox, for those who come and ask. Blocking, thread-safe. */
public final class UnacknowledgedPushes {
  private final OutboxStore store;
  private final MessageStore messages;
  private final InstantSource clock;

  UnacknowledgedPushes(OutboxStore store, MessageStore messages, InstantSource clock) {
    this.store = store;
    this.messages = messages;
    this.clock = clock;
  }

  /** The oldest pushes that {@code receiver} has not acknowledged, in order, as JSON. */
  public List<byte[]> oldest(UserId receiver, int limit) {
    List<StoredEntry> entries = store.open(receiver, limit);
    Map<MessageId, StoredMessage> found =
        messages.find(entries.stream().map(StoredEntry::message).distinct().toList());
    long now = clock.millis();
    List<byte[]> pushes = new ArrayList<>(entries.size());
    for (StoredEntry entry : entries) {
      StoredMessage message = found.get(entry.message());
      if (message == null || entry.cancelled() || message.cancelled()) {
        continue;
      }
      if (OutboxEntry.expiresAt(entry.createdAt(), entry.expire()) > now) {
        pushes.add(encode(message).to(entry.id()));
      }
    }
    return pushes;
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
