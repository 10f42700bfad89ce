package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.push.outbox.OutboxStore.NewEntry;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import im.hongyan.push.pushing.EncodedPush;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Gives the entries of a batch their places and stores them. Belongs to the partition's thread; all
 * receivers concerned must have been opened.
 */
final class EntryPlacement {
  private static final int MAX_COLLISIONS = 10;

  /** An entry on its way into the store. */
  static final class Draft {
    private final Held held;
    private final EncodedPush push;
    private NewEntry entry;

    /** Where the entry had been stored before, 0 when it had not. */
    private long storedBefore;

    private Draft(Held held, EncodedPush push, NewEntry entry) {
      this.held = held;
      this.push = push;
      this.entry = entry;
    }

    Held held() {
      return held;
    }

    EncodedPush push() {
      return push;
    }

    NewEntry entry() {
      return entry;
    }

    long storedBefore() {
      return storedBefore;
    }
  }

  /** Each entry of a batch once, in order; and which ones each of its events brings. */
  record Drafts(List<Draft> all, List<List<Draft>> ofEvent) {}

  private final OutboxTools tools;
  private final OutboxStore store;
  private final OutboxMetrics metrics;
  private final HeldReceivers receivers;

  EntryPlacement(OutboxTools tools, HeldReceivers receivers) {
    this.tools = tools;
    this.store = tools.store();
    this.metrics = tools.metrics();
    this.receivers = receivers;
  }

  static List<UserId> leaversOf(ReceiverEvent event) {
    return event instanceof Deliver deliver ? deliver.leavers() : List.of();
  }

  /** Only before the notice is stored for the first time: later he may be a member again. */
  void dropWhatLeaversHaveNotGot(ReceiverEvent event) {
    if (!(event instanceof Deliver deliver) || deliver.leavers().isEmpty()) {
      return;
    }
    Map<DeliveryId, UserId> notices = new HashMap<>();
    for (UserId leaver : deliver.leavers()) {
      notices.put(DeliveryId.of(deliver.message(), leaver), leaver);
    }
    notices.keySet().removeAll(store.find(notices.keySet()).keySet());
    if (!notices.isEmpty()) {
      Map<UserId, Long> upTo = new HashMap<>();
      for (UserId leaver : notices.values()) {
        upTo.put(leaver, receivers.held(leaver).outbox().lastPlace());
      }
      store.left(deliver.session(), upTo);
    }
  }

  /** Gives places to all entries that the events bring. */
  Drafts draft(List<ReceiverEvent> events) {
    List<Draft> all = new ArrayList<>();
    List<List<Draft>> ofEvent = new ArrayList<>(events.size());
    Set<DeliveryId> seen = new HashSet<>();
    for (ReceiverEvent event : events) {
      if (event instanceof Deliver deliver) {
        List<Draft> drafts = draft(deliver, seen);
        all.addAll(drafts);
        ofEvent.add(drafts);
      } else {
        ofEvent.add(List.of());
      }
    }
    return new Drafts(all, ofEvent);
  }

  private List<Draft> draft(Deliver deliver, Set<DeliveryId> seen) {
    List<Draft> drafts = new ArrayList<>(deliver.receivers().size());
    EncodedPush push = encode(deliver);
    for (UserId receiver : deliver.receivers()) {
      DeliveryId id = DeliveryId.of(deliver.message(), receiver);
      if (seen.add(id)) {
        Held held = receivers.held(receiver);
        NewEntry entry =
            new NewEntry(
                id,
                deliver.message(),
                deliver.session(),
                receiver,
                held.outbox().nextSeq(),
                deliver.expire(),
                deliver.createdAt());
        drafts.add(new Draft(held, push, entry));
      }
    }
    return drafts;
  }

  private EncodedPush encode(Deliver deliver) {
    return EncodedPush.of(
        deliver.message(),
        deliver.session(),
        deliver.seq(),
        deliver.sender(),
        tools.contents().toJson(deliver.content()),
        deliver.expire(),
        deliver.createdAt());
  }

  /**
   * Stores the drafts in their order. Where an entry turns out to be there already, it is a copy;
   * where only its place is taken, another owner was here, and the outbox goes on behind him. Never
   * is anything stored in front of something that had to be tried again.
   */
  void storeInOrder(List<Draft> drafts) {
    List<Draft> rest = drafts;
    for (int collisions = 0; !rest.isEmpty(); collisions++) {
      OptionalInt taken = store.insert(rest.stream().map(Draft::entry).toList());
      if (taken.isEmpty()) {
        metrics.stored.increment(rest.size());
        return;
      }
      if (collisions == MAX_COLLISIONS) {
        throw HongyanException.unavailable(
            "outbox: places were taken %d times".formatted(collisions), null);
      }
      metrics.stored.increment(taken.getAsInt());
      rest = withoutCopies(rest.subList(taken.getAsInt(), rest.size()));
    }
  }

  private List<Draft> withoutCopies(List<Draft> rest) {
    Map<DeliveryId, StoredEntry> known =
        store.find(rest.stream().map(draft -> draft.entry.id()).toList());
    Set<UserId> overtaken = new HashSet<>();
    if (!known.containsKey(rest.getFirst().entry.id())) {
      metrics.collisions.increment();
      overtaken.add(rest.getFirst().held.user());
    }
    known.values().forEach(copy -> overtaken.add(copy.receiver()));
    store.lastSeq(overtaken).forEach((user, last) -> receivers.held(user).outbox().taken(last));
    List<Draft> fresh = new ArrayList<>(rest.size());
    for (Draft draft : rest) {
      StoredEntry copy = known.get(draft.entry.id());
      if (copy != null) {
        draft.storedBefore = copy.seq();
        metrics.copies.increment();
      } else {
        if (overtaken.contains(draft.held.user())) {
          draft.entry = draft.entry.at(draft.held.outbox().nextSeq());
        }
        fresh.add(draft);
      }
    }
    return fresh;
  }
}
