package im.hongyan.push.outbox;

import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.outbox.OutboxStore.Range;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import im.hongyan.push.pushing.EncodedPush;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads what outboxes have asked for, with its messages. Belongs to the partition's thread. */
final class BacklogReader {
  /** What one reading brings at most, unless one receiver's page is larger. */
  private static final int ENTRIES_READ_TOGETHER = 1_600;

  /** Stands for the message of an entry that is not sent. */
  private static final EncodedPush NOTHING =
      EncodedPush.of(
          new MessageId("none"), new SessionId("none"), 0, new UserId("none"), new byte[0], 0, 0);

  /** What one outbox has asked for. */
  record Reading(Held held, Effect.Load<EncodedPush> load) {
    void giveUp() {
      held.outbox().loadFailed(load);
    }
  }

  private final OutboxTools tools;

  BacklogReader(OutboxTools tools) {
    this.tools = tools;
  }

  /**
   * However many come back at once, what is read with one command stays small, and each slice has
   * the whole time that a command may take.
   */
  List<List<Reading>> slices(List<Reading> readings) {
    List<List<Reading>> slices = new ArrayList<>();
    List<Reading> slice = new ArrayList<>();
    int entries = 0;
    for (Reading reading : readings) {
      int limit = reading.load().limit();
      if (!slice.isEmpty()
          && (slice.size() == tools.properties().parallelReads()
              || entries + limit > ENTRIES_READ_TOGETHER)) {
        slices.add(slice);
        slice = new ArrayList<>();
        entries = 0;
      }
      slice.add(reading);
      entries += limit;
    }
    slices.add(slice);
    return slices;
  }

  /** The pages of one slice, in turn. */
  List<List<OutboxEntry<EncodedPush>>> read(List<Reading> slice) {
    List<Range> ranges = new ArrayList<>(slice.size());
    for (Reading reading : slice) {
      Effect.Load<EncodedPush> load = reading.load();
      ranges.add(new Range(reading.held().user(), load.after(), load.limit()));
    }
    List<List<StoredEntry>> stored = tools.store().open(ranges);
    Map<MessageId, EncodedPush> pushes = pushesOf(stored);
    List<List<OutboxEntry<EncodedPush>>> pages = new ArrayList<>(stored.size());
    for (List<StoredEntry> entries : stored) {
      pages.add(entries.stream().map(entry -> entry(entry, pushes.get(entry.message()))).toList());
    }
    return pages;
  }

  private Map<MessageId, EncodedPush> pushesOf(List<List<StoredEntry>> pages) {
    Set<MessageId> ids = new HashSet<>();
    for (List<StoredEntry> page : pages) {
      page.stream().filter(entry -> !entry.cancelled()).forEach(entry -> ids.add(entry.message()));
    }
    Map<MessageId, StoredMessage> messages = tools.messages().find(ids);
    tools.metrics().messagesMissing.increment(ids.size() - messages.size());
    Map<MessageId, EncodedPush> pushes = new HashMap<>();
    for (StoredMessage message : messages.values()) {
      if (!message.cancelled()) {
        pushes.put(message.id(), UnacknowledgedPushes.encode(message));
      }
    }
    return pushes;
  }

  private static OutboxEntry<EncodedPush> entry(StoredEntry entry, @Nullable EncodedPush push) {
    boolean cancelled = entry.cancelled() || push == null;
    return new OutboxEntry<>(
        entry.id(),
        entry.seq(),
        OutboxEntry.expiresAt(entry.createdAt(), entry.expire()),
        cancelled,
        push == null ? NOTHING : push);
  }
}
