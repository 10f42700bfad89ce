package im.hongyan.push.outbox;

import im.hongyan.amqp.PoisonEventException;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Acknowledged;
import im.hongyan.model.event.ReceiverEvent.Connected;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Disconnected;
import im.hongyan.model.event.ReceiverEvent.TakenOver;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.outbox.OutboxStore.Marks;
import im.hongyan.push.outbox.OutboxStore.NewEntry;
import im.hongyan.push.outbox.OutboxStore.Range;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import im.hongyan.push.presence.Presence;
import im.hongyan.push.pushing.EncodedPush;
import im.hongyan.push.pushing.Pusher;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Owns the outboxes of one partition: carries out what they decide, in batches. First a batch's
 * entries are stored, with one command; then each outbox is told what happened, in the order of the
 * events, and publishes at once; then acknowledgements and other marks are stored, with one command
 * of a kind; then backlogs are read, side by side. Whatever fails makes the whole batch come again,
 * which all of it allows.
 *
 * <p>Belongs to the partition's thread, but for what the publisher's callbacks touch.
 */
final class OutboxPartition {
  private static final Logger log = LoggerFactory.getLogger(OutboxPartition.class);
  private static final int MAX_COLLISIONS = 10;
  private static final int MAX_READS_IN_A_ROW = 8;

  /** What one reading brings at most, unless one receiver's page is larger. */
  private static final int ENTRIES_READ_TOGETHER = 1_600;

  /** Its owner looks for what has expired in all outboxes. */
  private static final int SWEEPING_PARTITION = 0;

  private static final int SWEPT_AT_A_TIME = 1_000;
  private static final int REMEMBERED_ACKNOWLEDGEMENTS = 4_096;

  /** What the partition works with. */
  record Tools(
      OutboxStore store,
      MessageStore messages,
      ContentBson contents,
      WireCodec codec,
      Presence presence,
      Pusher pusher,
      OutboxListener listener,
      Deliveries deliveries,
      OutboxMetrics metrics,
      InstantSource clock,
      OutboxProperties properties) {}

  /** A receiver in memory. */
  private static final class Held {
    private final UserId user;
    private final ReceiverOutbox<EncodedPush> outbox;
    private long usedAt;

    Held(UserId user, ReceiverOutbox<EncodedPush> outbox) {
      this.user = user;
      this.outbox = outbox;
    }
  }

  /** An entry on its way into the store. */
  private static final class Draft {
    private final Held held;
    private final EncodedPush push;
    private NewEntry entry;

    /** Where the entry had been stored before, 0 when it had not. */
    private long storedBefore;

    Draft(Held held, EncodedPush push, NewEntry entry) {
      this.held = held;
      this.push = push;
      this.entry = entry;
    }
  }

  /** Each entry of a batch once, in order; and which ones each of its events brings. */
  private record Drafts(List<Draft> all, List<List<Draft>> ofEvent) {}

  private record Check(UserId receiver, DeliveryId id, boolean upTo) {}

  private record Reading(Held held, Effect.Load<EncodedPush> load) {}

  /** What the outboxes want done and what is better done for many of them together. */
  private static final class Gathered {
    /** With their receivers. */
    private final Map<DeliveryId, UserId> delivered = new LinkedHashMap<>();

    private final Map<UserId, Long> deliveredUpTo = new HashMap<>();
    private final Set<Check> checks = new LinkedHashSet<>();
    private final Set<DeliveryId> retried = new LinkedHashSet<>();
    private final Set<DeliveryId> failed = new LinkedHashSet<>();
    private final Set<DeliveryId> expired = new LinkedHashSet<>();
    private List<Reading> readings = new ArrayList<>();
  }

  private final int partition;
  private final Tools tools;
  private final OutboxStore store;
  private final OutboxMetrics metrics;
  private final OutboxProperties properties;

  /** Who is held in memory, the longest unused first. */
  private final Map<UserId, Held> receivers = new LinkedHashMap<>(16, 0.75f, true);

  /** Receivers whose publishes did not reach the broker; filled by the publisher's callbacks. */
  private final Set<UserId> lost = ConcurrentHashMap.newKeySet();

  /** Replies that did not reach the broker; filled by the publisher's callbacks. */
  private final Map<UserId, byte[]> lostReplies = new ConcurrentHashMap<>();

  /**
   * The last entries that were marked as delivered, with their receivers: his other devices
   * acknowledge them as well.
   */
  private final Map<DeliveryId, UserId> deliveredLately =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DeliveryId, UserId> eldest) {
          return size() > REMEMBERED_ACKNOWLEDGEMENTS;
        }
      };

  /** Events have come, so this is the active owner. */
  private boolean active;

  /** Done when the event that tells the active owner that he is it is durable. */
  private CompletableFuture<@Nullable Void> wakeUp = CompletableFuture.completedFuture(null);

  /** After taking over: the search for receivers who wait; null when it is done. */
  private @Nullable WaitingReceivers search;

  /** Found by the search; whether they are there has not been asked yet. */
  private final Set<UserId> waiting = new LinkedHashSet<>();

  private long nextSweep;

  OutboxPartition(int partition, Tools tools) {
    this.partition = partition;
    this.tools = tools;
    this.store = tools.store();
    this.metrics = tools.metrics();
    this.properties = tools.properties();
  }

  /**
   * Forgets everything, for somebody else may have owned the partition. Whoever owns it now is sent
   * an event that tells him so: he looks for receivers who wait.
   */
  void reset() {
    receivers.clear();
    lost.clear();
    lostReplies.clear();
    deliveredLately.clear();
    active = false;
    search = new WaitingReceivers(store, properties.recoveryPage());
    waiting.clear();
    wakeUp();
  }

  private void wakeUp() {
    wakeUp = tools.deliveries().publish(partition, new TakenOver());
  }

  /** Handles events in order; returns when their effects are durable. */
  void handle(List<ReceiverEvent> events) {
    active = true;
    refuseUnknown(events);
    noticeLostPublishes();
    List<ReceiverEvent> chunk = new ArrayList<>(events.size());
    int entries = 0;
    for (ReceiverEvent event : events) {
      boolean somebodyLeaves = !leaversOf(event).isEmpty();
      if (somebodyLeaves || entries >= properties.maxBatch()) {
        // What was sent before somebody left must be in the store when his unsent is dropped.
        handleChunk(chunk);
        chunk.clear();
        entries = 0;
      }
      chunk.add(event);
      if (event instanceof Deliver deliver) {
        entries += deliver.receivers().size();
      }
      if (somebodyLeaves) {
        handleChunk(chunk);
        chunk.clear();
        entries = 0;
      }
    }
    handleChunk(chunk);
  }

  /** Before anything is done for the others: they come again without it. */
  private static void refuseUnknown(List<ReceiverEvent> events) {
    for (int i = 0; i < events.size(); i++) {
      if (events.get(i) instanceof ReceiverEvent.Unknown) {
        throw new PoisonEventException(i, "an event that this version does not know");
      }
    }
  }

  private void handleChunk(List<ReceiverEvent> events) {
    if (events.isEmpty()) {
      return;
    }
    Set<UserId> heardOf = newlyHeardOf(events);
    Set<UserId> concerned = receiversOf(events);
    concerned.addAll(heardOf);
    open(concerned);
    dropWhatLeaversHaveNotGot(events.getFirst());
    Drafts drafts = draft(events);
    storeInOrder(drafts.all());
    Gathered gathered = new Gathered();
    try {
      // Also when the notice comes again: what was dropped may still be in a window.
      for (UserId leaver : leaversOf(events.getFirst())) {
        Held held = held(leaver);
        run(held, held.outbox.restart(now()), gathered);
      }
      for (int i = 0; i < events.size(); i++) {
        tell(events.get(i), drafts.ofEvent().get(i), gathered);
      }
      for (UserId user : heardOf) {
        Held held = held(user);
        if (held.outbox.isOnline()) {
          run(held, held.outbox.storedBefore(0), gathered);
        }
      }
      finish(gathered);
    } finally {
      giveUp(gathered.readings);
    }
  }

  /**
   * Who acknowledges may wait for more, which nobody would send while he is not in memory. He need
   * not be there: those who only poll acknowledge as well.
   */
  private Set<UserId> newlyHeardOf(List<ReceiverEvent> events) {
    Set<UserId> heardOf = new HashSet<>();
    for (ReceiverEvent event : events) {
      if (event instanceof Acknowledged acknowledged
          && !receivers.containsKey(acknowledged.receiver())) {
        heardOf.add(acknowledged.receiver());
      }
    }
    return heardOf;
  }

  private static Set<UserId> receiversOf(List<ReceiverEvent> events) {
    Set<UserId> users = new HashSet<>();
    for (ReceiverEvent event : events) {
      switch (event) {
        case Deliver deliver -> users.addAll(deliver.receivers());
        case Connected connected -> users.add(connected.receiver());
        case Acknowledged acknowledged -> {}
        case Disconnected disconnected -> {}
        case TakenOver takenOver -> {}
        case ReceiverEvent.Unknown unknown -> {}
      }
    }
    return users;
  }

  /** Takes receivers into memory who are not there. */
  private void open(Set<UserId> users) {
    Set<UserId> missing = new HashSet<>(users);
    missing.removeAll(receivers.keySet());
    if (!missing.isEmpty()) {
      // A push to nobody harms nobody.
      open(missing, tools.presence().online(missing).orElse(missing));
    }
  }

  private void open(Set<UserId> missing, Set<UserId> online) {
    Map<UserId, Long> last = store.lastSeq(missing);
    for (UserId user : missing) {
      ReceiverOutbox<EncodedPush> outbox =
          new ReceiverOutbox<>(
              properties.limits(), last.getOrDefault(user, 0L), online.contains(user));
      receivers.put(user, new Held(user, outbox));
    }
  }

  private Held held(UserId user) {
    Held held = receivers.get(user);
    if (held == null) {
      throw new IllegalStateException("the outbox of " + user + " was not opened");
    }
    held.usedAt = now();
    return held;
  }

  private static List<UserId> leaversOf(ReceiverEvent event) {
    return event instanceof Deliver deliver ? deliver.leavers() : List.of();
  }

  /** Only before the notice is stored for the first time: later he may be a member again. */
  private void dropWhatLeaversHaveNotGot(ReceiverEvent event) {
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
      notices.values().forEach(leaver -> upTo.put(leaver, held(leaver).outbox.lastPlace()));
      store.left(deliver.session(), upTo);
    }
  }

  private Drafts draft(List<ReceiverEvent> events) {
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
        Held held = held(receiver);
        NewEntry entry =
            new NewEntry(
                id,
                deliver.message(),
                deliver.session(),
                receiver,
                held.outbox.nextSeq(),
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
  private void storeInOrder(List<Draft> drafts) {
    List<Draft> rest = drafts;
    for (int collisions = 0; !rest.isEmpty(); collisions++) {
      OptionalInt taken = store.insert(rest.stream().map(draft -> draft.entry).toList());
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
      overtaken.add(rest.getFirst().held.user);
    }
    known.values().forEach(copy -> overtaken.add(copy.receiver()));
    store.lastSeq(overtaken).forEach((user, last) -> held(user).outbox.taken(last));
    List<Draft> fresh = new ArrayList<>(rest.size());
    for (Draft draft : rest) {
      StoredEntry copy = known.get(draft.entry.id());
      if (copy != null) {
        draft.storedBefore = copy.seq();
        metrics.copies.increment();
      } else {
        if (overtaken.contains(draft.held.user)) {
          draft.entry = draft.entry.at(draft.held.outbox.nextSeq());
        }
        fresh.add(draft);
      }
    }
    return fresh;
  }

  private void tell(ReceiverEvent event, List<Draft> drafts, Gathered gathered) {
    switch (event) {
      case Deliver deliver -> drafts.forEach(draft -> tellStored(draft, gathered));
      case Connected connected -> {
        Held held = held(connected.receiver());
        lostReplies.remove(held.user);
        lost.remove(held.user);
        if (connected.reply() != null) {
          reply(held.user, tools.codec().write(connected.reply()));
        }
        run(held, held.outbox.connected(now()), gathered);
      }
      case Disconnected disconnected -> {
        Held held = receivers.get(disconnected.receiver());
        if (held != null) {
          lostReplies.remove(held.user);
          held.outbox.disconnected();
        }
      }
      case Acknowledged acknowledged -> {
        if (!acknowledged.upTo()
            && acknowledged.receiver().equals(deliveredLately.get(acknowledged.delivery()))) {
          return;
        }
        Held held = held(acknowledged.receiver());
        run(
            held,
            held.outbox.acknowledged(acknowledged.delivery(), acknowledged.upTo(), now()),
            gathered);
      }
      case TakenOver takenOver -> {}
      case ReceiverEvent.Unknown unknown ->
          throw new IllegalStateException("outbox: an unknown event was let in");
    }
  }

  private void tellStored(Draft draft, Gathered gathered) {
    ReceiverOutbox<EncodedPush> outbox = draft.held.outbox;
    if (draft.storedBefore > 0) {
      run(draft.held, outbox.storedBefore(draft.storedBefore), gathered);
      return;
    }
    NewEntry stored = draft.entry;
    OutboxEntry<EncodedPush> entry =
        new OutboxEntry<>(
            stored.id(),
            stored.seq(),
            OutboxEntry.expiresAt(stored.createdAt(), stored.expire()),
            false,
            draft.push);
    run(draft.held, outbox.stored(entry, now()), gathered);
    tools.listener().stored(stored.receiver());
  }

  private void run(Held held, List<Effect<EncodedPush>> effects, Gathered gathered) {
    for (Effect<EncodedPush> effect : effects) {
      switch (effect) {
        case Effect.Push<EncodedPush> push -> push(held, push);
        case Effect.Load<EncodedPush> load -> gathered.readings.add(new Reading(held, load));
        case Effect.Delivered<EncodedPush> delivered ->
            gathered.delivered.put(delivered.id(), held.user);
        case Effect.DeliveredUpTo<EncodedPush> upTo ->
            gathered.deliveredUpTo.merge(held.user, upTo.seq(), Math::max);
        case Effect.CheckDelivered<EncodedPush> check ->
            gathered.checks.add(new Check(held.user, check.id(), check.upTo()));
        case Effect.Retried<EncodedPush> retried -> gathered.retried.add(retried.id());
        case Effect.Failed<EncodedPush> failed -> gathered.failed.add(failed.id());
        case Effect.Expired<EncodedPush> expired -> gathered.expired.add(expired.id());
      }
    }
  }

  private void push(Held held, Effect.Push<EncodedPush> push) {
    UserId user = held.user;
    if (lost.contains(user)) {
      // Nothing may overtake what was lost; all of it is sent again when the link is back.
      held.outbox.linkLost();
      return;
    }
    EncodedPush message = push.entry().message();
    tools.pusher().push(user, message.to(push.entry().id()), () -> lose(user));
    if (push.again()) {
      metrics.redelivered.increment();
    } else {
      metrics.pushed.increment();
      metrics.firstPush(now() - message.createdAt());
    }
  }

  private void reply(UserId user, byte[] json) {
    tools
        .pusher()
        .push(
            user,
            json,
            () -> {
              lostReplies.put(user, json);
              lose(user);
            });
  }

  private void lose(UserId user) {
    metrics.lostPublishes.increment();
    lost.add(user);
  }

  private void noticeLostPublishes() {
    for (Iterator<UserId> users = lost.iterator(); users.hasNext(); ) {
      Held held = receivers.get(users.next());
      users.remove();
      if (held != null) {
        held.outbox.linkLost();
      }
    }
  }

  /** Stores the marks, then reads what is to be read, and so on until nothing is left to do. */
  private void finish(Gathered gathered) {
    resolve(gathered);
    mark(gathered);
    for (int reads = 0; !gathered.readings.isEmpty() && reads < MAX_READS_IN_A_ROW; reads++) {
      List<Reading> readings = gathered.readings;
      gathered.readings = new ArrayList<>();
      try {
        for (List<Reading> slice : slices(readings)) {
          read(slice, gathered);
          mark(gathered);
        }
      } finally {
        giveUp(readings);
      }
    }
  }

  /**
   * However many come back at once, what is read with one command stays small, and each slice has
   * the whole time that a command may take.
   */
  private List<List<Reading>> slices(List<Reading> readings) {
    List<List<Reading>> slices = new ArrayList<>();
    List<Reading> slice = new ArrayList<>();
    int entries = 0;
    for (Reading reading : readings) {
      int limit = reading.load().limit();
      if (!slice.isEmpty()
          && (slice.size() == properties.parallelReads()
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

  /** Finds out whose the acknowledged entries are that no window holds. */
  private void resolve(Gathered gathered) {
    if (gathered.checks.isEmpty()) {
      return;
    }
    Set<Check> checks = Set.copyOf(gathered.checks);
    gathered.checks.clear();
    Map<DeliveryId, StoredEntry> found = store.find(checks.stream().map(Check::id).toList());
    for (Check check : checks) {
      StoredEntry entry = found.get(check.id());
      if (entry == null || !entry.receiver().equals(check.receiver())) {
        metrics.foreignAcknowledgements.increment();
      } else if (check.upTo()) {
        gathered.deliveredUpTo.merge(check.receiver(), entry.seq(), Math::max);
        Held held = receivers.get(check.receiver());
        if (held != null) {
          run(held, held.outbox.acknowledgedUpTo(entry.seq(), now()), gathered);
        }
      } else if (entry.open()) {
        gathered.delivered.put(check.id(), check.receiver());
      } else {
        deliveredLately.put(check.id(), check.receiver());
      }
    }
  }

  private void mark(Gathered gathered) {
    store.mark(
        new Marks(
            gathered.delivered.keySet(),
            gathered.deliveredUpTo,
            gathered.retried,
            gathered.failed,
            gathered.expired));
    metrics.acknowledged.increment(gathered.delivered.size());
    metrics.failed.increment(gathered.failed.size());
    metrics.expired.increment(gathered.expired.size());
    deliveredLately.putAll(gathered.delivered);
    gathered.delivered.clear();
    gathered.deliveredUpTo.clear();
    gathered.retried.clear();
    gathered.failed.clear();
    gathered.expired.clear();
  }

  private void read(List<Reading> readings, Gathered gathered) {
    List<Range> ranges = new ArrayList<>(readings.size());
    for (Reading reading : readings) {
      Effect.Load<EncodedPush> load = reading.load();
      ranges.add(new Range(reading.held().user, load.after(), load.limit()));
    }
    List<List<StoredEntry>> pages = store.open(ranges);
    Map<MessageId, EncodedPush> pushes = pushesOf(pages);
    for (int i = 0; i < pages.size(); i++) {
      Reading reading = readings.get(i);
      List<OutboxEntry<EncodedPush>> page = new ArrayList<>(pages.get(i).size());
      for (StoredEntry entry : pages.get(i)) {
        page.add(entry(entry, pushes.get(entry.message())));
      }
      run(reading.held(), reading.held().outbox.loaded(reading.load(), page, now()), gathered);
    }
  }

  private Map<MessageId, EncodedPush> pushesOf(List<List<StoredEntry>> pages) {
    Set<MessageId> ids = new HashSet<>();
    for (List<StoredEntry> page : pages) {
      page.stream().filter(entry -> !entry.cancelled()).forEach(entry -> ids.add(entry.message()));
    }
    Map<MessageId, EncodedPush> pushes = new HashMap<>();
    for (StoredMessage message : tools.messages().find(ids).values()) {
      if (!message.cancelled()) {
        pushes.put(message.id(), UnacknowledgedPushes.encode(message));
      }
    }
    return pushes;
  }

  private OutboxEntry<EncodedPush> entry(StoredEntry entry, @Nullable EncodedPush push) {
    boolean cancelled = entry.cancelled() || push == null;
    if (push == null && !entry.cancelled()) {
      metrics.messagesMissing.increment();
    }
    return new OutboxEntry<>(
        entry.id(),
        entry.seq(),
        OutboxEntry.expiresAt(entry.createdAt(), entry.expire()),
        cancelled,
        push == null ? NOTHING : push);
  }

  /** Stands for the message of an entry that is not sent. */
  private static final EncodedPush NOTHING =
      EncodedPush.of(
          new MessageId("none"), new SessionId("none"), 0, new UserId("none"), new byte[0], 0, 0);

  private static void giveUp(Collection<Reading> readings) {
    readings.forEach(reading -> reading.held().outbox.loadFailed(reading.load()));
  }

  /**
   * Sends again what is due, looks for receivers who wait and for what has expired, forgets who has
   * been still.
   */
  void tick() {
    if (!active) {
      if (wakeUp.isCompletedExceptionally()) {
        wakeUp();
      }
      return;
    }
    noticeLostPublishes();
    long now = now();
    boolean linkUp = tools.pusher().isConnected();
    Gathered gathered = new Gathered();
    try {
      if (linkUp) {
        replyAgain();
      }
      long blocked = 0;
      for (Held held : receivers.values()) {
        List<Effect<EncodedPush>> due = held.outbox.tick(now, linkUp);
        if (!due.isEmpty()) {
          held.usedAt = now;
          run(held, due, gathered);
        }
        blocked += held.outbox.isBlocked() ? 1 : 0;
      }
      metrics.holds(partition, receivers.size(), blocked);
      recover(gathered);
      finish(gathered);
    } finally {
      giveUp(gathered.readings);
      // Whatever failed above, memory stays bounded, and others' entries expire.
      forgetTheStill(now);
      sweepExpired(now);
    }
  }

  private void replyAgain() {
    for (UserId user : Set.copyOf(lostReplies.keySet())) {
      byte[] json = lostReplies.remove(user);
      if (json != null) {
        reply(user, json);
      }
    }
  }

  /**
   * After taking over: nobody may know that something had been stored for a receiver and not been
   * published, or not been acknowledged. Some of those who wait are looked for at a time.
   */
  private void recover(Gathered gathered) {
    if (search == null && waiting.isEmpty()) {
      return;
    }
    long until = now() + properties.recoveryTime().toMillis();
    do {
      lookForWaiting();
    } while (search != null && waiting.size() < properties.recoveryPage() && now() < until);
    waiting.removeAll(receivers.keySet());
    if (waiting.isEmpty()) {
      return;
    }
    Optional<Set<UserId>> online = tools.presence().online(waiting);
    if (online.isEmpty()) {
      return; // It is asked again at the next tick.
    }
    waiting.retainAll(online.get());
    open(waiting, waiting);
    for (UserId user : waiting) {
      Held held = held(user);
      run(held, held.outbox.restart(now()), gathered);
    }
    log.debug("Partition {}: {} receivers were waiting", partition, waiting.size());
    waiting.clear();
  }

  private void lookForWaiting() {
    if (search == null) {
      return;
    }
    List<UserId> found = search.next();
    if (found.isEmpty()) {
      search = null;
    }
    for (UserId user : found) {
      if (tools.deliveries().partitionOf(user) == partition) {
        waiting.add(user);
      }
    }
  }

  /**
   * Nothing else notices that an entry has expired whose receiver is away. Those who are there are
   * given time: what they have got and acknowledge a little late counts as delivered.
   */
  private void sweepExpired(long now) {
    if (partition != SWEEPING_PARTITION || now < nextSweep) {
      return;
    }
    long grace = properties.expirySweep().toMillis();
    List<DeliveryId> expired = store.expiredBy(now - grace, SWEPT_AT_A_TIME);
    store.mark(Marks.ofExpired(expired));
    metrics.expired.increment(expired.size());
    if (expired.size() < SWEPT_AT_A_TIME) {
      nextSweep = now + grace;
    }
  }

  private void forgetTheStill(long now) {
    long idleSince = now - properties.idle().toMillis();
    int tooMany = receivers.size() - properties.maxReceivers();
    for (Iterator<Held> oldestFirst = receivers.values().iterator(); oldestFirst.hasNext(); ) {
      Held held = oldestFirst.next();
      if ((tooMany > 0 || held.usedAt < idleSince)
          && held.outbox.isSettled()
          && !lostReplies.containsKey(held.user)) {
        oldestFirst.remove();
        tooMany--;
      }
    }
  }

  private long now() {
    return tools.clock().millis();
  }
}
