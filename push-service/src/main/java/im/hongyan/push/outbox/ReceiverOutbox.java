package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Decides for one receiver what is sent when; does nothing itself. What happens comes in as calls,
 * what is to be done goes out as {@link Effect}s.
 *
 * <p>There is one way to send anything: a cursor, {@code lastRead}, walks through the outbox in the
 * order of {@code seq}. While it is at the end, a newly stored entry is sent from memory; otherwise
 * it is behind and the entries are read from the store, page by page. To send again is to set the
 * cursor back, so a repetition sees what has been recalled, has expired or was dropped since.
 *
 * <p>Not thread-safe: belongs to the thread of the receiver's partition. Times are milliseconds
 * since 1970.
 *
 * @param <M> the form in which a message is sent
 */
final class ReceiverOutbox<M> {
  /**
   * What holds for all outboxes.
   *
   * @param window pushes that may be unacknowledged
   * @param ackTimeout until the oldest is sent again, milliseconds
   * @param maxAckTimeout the longest such time, milliseconds
   * @param maxRetries repetitions before the oldest counts as failed
   * @param pageSize entries read at a time
   */
  record Limits(int window, long ackTimeout, long maxAckTimeout, int maxRetries, int pageSize) {
    /** The time that the oldest has after so many repetitions: doubled by each. */
    long ackTimeout(int repetitions) {
      boolean fits = repetitions < Long.numberOfLeadingZeros(ackTimeout) - 1;
      return fits ? Math.min(ackTimeout << repetitions, maxAckTimeout) : maxAckTimeout;
    }
  }

  private record Sent(long seq, long expiresAt) {}

  private static final long NOT_HELD = Long.MAX_VALUE;

  private final Limits limits;

  /** What has been sent and not been acknowledged, oldest first. */
  private final Map<DeliveryId, Sent> window = new LinkedHashMap<>();

  /** Nothing in the window expires before that. */
  private long nextExpiry = OutboxEntry.NEVER;

  private boolean online;
  private boolean linkLost;

  /** The oldest has been given up: nothing is sent before it is acknowledged or expires. */
  private boolean failed;

  /** Everything up to here has been sent, or needs no sending. */
  private long lastRead;

  /** The last entry that is known to be durable. */
  private long newest;

  /** The last place that was given away; the entry may not be durable yet. */
  private long assigned;

  /** What stands up to here was not given a place by this outbox: others may have sent it. */
  private long inherited;

  /** The last entry that was ever sent since the receiver connected. */
  private long highestSent;

  /** The last entry that was ever sent in this outbox's life. */
  private long highestEverSent;

  /** After a time-out nothing new is sent: the cursor stops here until the oldest is through. */
  private long holdAfter = NOT_HELD;

  private int attempts;
  private long deadline;
  private Effect.@Nullable Load<M> pending;

  /**
   * An outbox as it is found: nothing is known but its end.
   *
   * @param newest the {@code seq} of its last entry, 0 when it is empty
   * @param online whether the receiver is there
   */
  ReceiverOutbox(Limits limits, long newest, boolean online) {
    this.limits = limits;
    this.newest = newest;
    this.assigned = newest;
    this.inherited = newest;
    this.online = online;
  }

  /** A place for the next entry. */
  long nextSeq() {
    return ++assigned;
  }

  /** Places up to {@code seq} are taken in the store, by whomever. */
  void taken(long seq) {
    assigned = Math.max(assigned, seq);
    inherited = Math.max(inherited, seq);
  }

  /** The last place that was given away or is known to be taken. */
  long lastPlace() {
    return assigned;
  }

  /** Whether the entry at a place has been sent, or may have been before this outbox's life. */
  boolean mayHaveSent(long seq) {
    return seq <= inherited || seq <= highestEverSent;
  }

  boolean isOnline() {
    return online;
  }

  /** Whether the receiver does not get anything because he does not acknowledge. */
  boolean isBlocked() {
    return failed || holdAfter != NOT_HELD;
  }

  /**
   * Whether nothing would be missed if this outbox were forgotten. What has failed waits for the
   * receiver; when something happens to him, he is asked for anew, and may turn out to be away.
   */
  boolean isSettled() {
    return pending == null && !linkLost && (!online || failed || (window.isEmpty() && !behind()));
  }

  int inFlight() {
    return window.size();
  }

  /** The receiver is there: everything unacknowledged goes out from the oldest on. */
  List<Effect<M>> connected(long now) {
    online = true;
    linkLost = false;
    return restart(now);
  }

  /** Entries have been taken out of the store: what remains is sent from the oldest on. */
  List<Effect<M>> restart(long now) {
    forgetProgress();
    List<Effect<M>> effects = new ArrayList<>(1);
    loadIfDue(effects);
    return effects;
  }

  /** The receiver is gone: nothing is sent. */
  void disconnected() {
    online = false;
    linkLost = false;
    forgetProgress();
  }

  private void forgetProgress() {
    window.clear();
    pending = null;
    failed = false;
    lastRead = 0;
    highestSent = 0;
    holdAfter = NOT_HELD;
    attempts = 0;
  }

  /** An entry with a place from {@link #nextSeq} is durable; calls come in the order of places. */
  List<Effect<M>> stored(OutboxEntry<M> entry, long now) {
    boolean isNext = !behind() && pending == null;
    newest = Math.max(newest, entry.seq());
    assigned = Math.max(assigned, entry.seq());
    List<Effect<M>> effects = new ArrayList<>(1);
    if (isNext && maySend() && entry.seq() <= holdAfter) {
      send(entry, now, effects);
    } else {
      loadIfDue(effects);
    }
    return effects;
  }

  /** A copy of an entry came that had been stored before, at {@code seq}. */
  List<Effect<M>> storedBefore(long seq) {
    newest = Math.max(newest, seq);
    taken(seq);
    List<Effect<M>> effects = new ArrayList<>(1);
    loadIfDue(effects);
    return effects;
  }

  /** The receiver says that he has something; whether it is his is not known yet. */
  List<Effect<M>> acknowledged(DeliveryId id, boolean upTo, long now) {
    Sent sent = window.get(id);
    if (sent == null) {
      return List.of(new Effect.CheckDelivered<>(id, upTo));
    }
    List<Effect<M>> effects = new ArrayList<>(2);
    if (upTo) {
      effects.add(new Effect.DeliveredUpTo<>(sent.seq(), passUpTo(sent.seq(), now)));
    } else {
      effects.add(new Effect.Delivered<>(id));
      pass(id, now);
    }
    loadIfDue(effects);
    return effects;
  }

  /** All up to {@code seq} turned out to be acknowledged. */
  List<Effect<M>> acknowledgedUpTo(long seq, long now) {
    List<Effect<M>> effects = new ArrayList<>(2);
    int passed = passUpTo(seq, now);
    if (passed > 0) {
      effects.add(new Effect.DeliveredUpTo<>(seq, passed));
    }
    loadIfDue(effects);
    return effects;
  }

  /**
   * An entry has been taken out of the store because its message was recalled: nothing waits for it
   * any more. What has not been sent of it will not be, for that is read from the store.
   */
  List<Effect<M>> recalled(DeliveryId id, long now) {
    List<Effect<M>> effects = new ArrayList<>(1);
    if (window.containsKey(id)) {
      pass(id, now);
      loadIfDue(effects);
    }
    return effects;
  }

  /** One of the window is through. */
  private void pass(DeliveryId id, long now) {
    boolean oldest = window.keySet().iterator().next().equals(id);
    window.remove(id);
    if (oldest) {
      progress(now);
    }
  }

  private int passUpTo(long seq, long now) {
    int before = window.size();
    if (window.values().removeIf(sent -> sent.seq() <= seq)) {
      progress(now);
    }
    return before - window.size();
  }

  /**
   * The answer to a load.
   *
   * @param load as it was asked for; the answer to an older one is passed over
   * @param page the entries in order; fewer than the limit mean that there are no more
   */
  List<Effect<M>> loaded(Effect.Load<M> load, List<OutboxEntry<M>> page, long now) {
    List<Effect<M>> effects = new ArrayList<>(page.size() + 1);
    // By identity: an equal load may have been asked for again after a restart.
    if (!isPending(load)) {
      return effects;
    }
    pending = null;
    boolean atEnd = page.size() < load.limit();
    for (OutboxEntry<M> entry : page) {
      if (entry.seq() <= lastRead) {
        continue;
      }
      newest = Math.max(newest, entry.seq());
      if (entry.seq() > assigned) {
        taken(entry.seq());
      }
      if (entry.seq() > holdAfter) {
        lastRead = Math.max(lastRead, holdAfter);
        atEnd = false;
        break;
      }
      if (!maySend()) {
        atEnd = false;
        break;
      }
      send(entry, now, effects);
    }
    if (atEnd) {
      lastRead = Math.max(lastRead, load.newest());
    }
    if (window.isEmpty() && (atEnd || lastRead >= holdAfter)) {
      // Nothing of what was to be sent again is left.
      progress(now);
    }
    loadIfDue(effects);
    return effects;
  }

  /** A load got no answer: it will be asked for again. */
  void loadFailed(Effect.Load<M> load) {
    if (isPending(load)) {
      pending = null;
    }
  }

  @SuppressWarnings("ReferenceEquality")
  private boolean isPending(Effect.Load<M> load) {
    return pending == load;
  }

  /** A publish did not reach the broker: nothing more is sent before the link is back. */
  void linkLost() {
    if (online) {
      linkLost = true;
    }
  }

  /**
   * Time has passed.
   *
   * @param heardUpTo until when what was acknowledged has been heard; never later than {@code now},
   *     and much earlier where acknowledgements wait behind other events: what they are about is
   *     not sent again meanwhile, for at most the longest time to acknowledge
   * @param linkUp whether the broker can be reached
   */
  List<Effect<M>> tick(long now, long heardUpTo, boolean linkUp) {
    if (!online || nothingIsDue(now)) {
      return List.of();
    }
    List<Effect<M>> effects = new ArrayList<>(2);
    if (linkLost && linkUp) {
      linkLost = false;
      setBackToOldest();
      if (failed) {
        // He may have been silent because he was not reached: he has another chance.
        failed = false;
        attempts = 0;
      }
    }
    expireOldest(now, effects);
    boolean unheard = Math.max(heardUpTo, now - limits.maxAckTimeout()) < deadline;
    if (!failed && !linkLost && linkUp && pending == null && !window.isEmpty() && !unheard) {
      timeOut(effects);
    }
    loadIfDue(effects);
    return effects;
  }

  /** For nearly all receivers at nearly all times; costs nothing. */
  private boolean nothingIsDue(long now) {
    return !linkLost
        && now < nextExpiry
        && (window.isEmpty() || failed || now < deadline)
        && !isLoadDue();
  }

  private void expireOldest(long now, List<Effect<M>> effects) {
    if (now < nextExpiry) {
      return;
    }
    Iterator<Map.Entry<DeliveryId, Sent>> oldestFirst = window.entrySet().iterator();
    boolean expired = false;
    while (oldestFirst.hasNext()) {
      Map.Entry<DeliveryId, Sent> oldest = oldestFirst.next();
      if (oldest.getValue().expiresAt() > now) {
        break;
      }
      effects.add(new Effect.Expired<>(oldest.getKey()));
      oldestFirst.remove();
      expired = true;
    }
    nextExpiry = OutboxEntry.NEVER;
    window.values().forEach(sent -> nextExpiry = Math.min(nextExpiry, sent.expiresAt()));
    if (expired) {
      progress(now);
    }
  }

  private void timeOut(List<Effect<M>> effects) {
    DeliveryId oldest = window.keySet().iterator().next();
    if (attempts == limits.maxRetries()) {
      failed = true;
      effects.add(new Effect.Failed<>(oldest));
      return;
    }
    attempts++;
    effects.add(new Effect.Retried<>(oldest));
    holdAfter = highestSent;
    setBackToOldest();
  }

  private void setBackToOldest() {
    if (!window.isEmpty()) {
      lastRead = window.values().iterator().next().seq() - 1;
      window.clear();
      pending = null;
    }
  }

  /** The oldest is through: the receiver is alive, so new entries may follow. */
  private void progress(long now) {
    attempts = 0;
    failed = false;
    holdAfter = NOT_HELD;
    deadline = now + limits.ackTimeout();
  }

  private boolean behind() {
    return lastRead < newest;
  }

  private boolean ready() {
    return online && !linkLost && !failed && lastRead < holdAfter;
  }

  private boolean maySend() {
    return ready() && window.size() < limits.window();
  }

  private void send(OutboxEntry<M> entry, long now, List<Effect<M>> effects) {
    lastRead = entry.seq();
    if (entry.cancelled()) {
      return;
    }
    if (entry.expiresAt() <= now) {
      effects.add(new Effect.Expired<>(entry.id()));
      return;
    }
    if (window.isEmpty()) {
      deadline = now + limits.ackTimeout(attempts);
    }
    window.put(entry.id(), new Sent(entry.seq(), entry.expiresAt()));
    nextExpiry = Math.min(nextExpiry, entry.expiresAt());
    effects.add(new Effect.Push<>(entry, entry.seq() <= highestEverSent));
    highestSent = Math.max(highestSent, entry.seq());
    highestEverSent = Math.max(highestEverSent, entry.seq());
  }

  /** Whether there is something to read and room for half a window of it. */
  private boolean isLoadDue() {
    int room = limits.window() - window.size();
    boolean enoughRoom = window.isEmpty() || room >= (limits.window() + 1) / 2;
    return pending == null && behind() && ready() && enoughRoom;
  }

  private void loadIfDue(List<Effect<M>> effects) {
    if (isLoadDue()) {
      int room = limits.window() - window.size();
      pending = new Effect.Load<>(lastRead, Math.min(limits.pageSize(), room), newest);
      effects.add(pending);
    }
  }
}
