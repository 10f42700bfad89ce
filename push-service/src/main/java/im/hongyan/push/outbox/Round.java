package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.UserId;
import im.hongyan.push.outbox.BacklogReader.Reading;
import im.hongyan.push.outbox.OutboxStore.Marks;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import im.hongyan.push.pushing.EncodedPush;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * One chunk of events, or one tick: carries out what outboxes want done, or gathers what is better
 * done for many of them together. Belongs to the partition's thread.
 */
final class Round implements AutoCloseable {
  private static final int MAX_READS_IN_A_ROW = 8;

  private record Check(UserId receiver, DeliveryId id, boolean upTo) {}

  /** The parts of the partition that it works on. */
  record Parts(
      HeldReceivers receivers, ReceiverLink link, DeliveredLately lately, BacklogReader backlogs) {}

  private final OutboxTools tools;
  private final OutboxMetrics metrics;
  private final Parts parts;

  /** With their receivers. */
  private final Map<DeliveryId, UserId> delivered = new LinkedHashMap<>();

  private final Map<UserId, Long> deliveredUpTo = new HashMap<>();

  /** How many entries of windows {@code deliveredUpTo} stands for. */
  private int passedUpTo;

  private final Set<Check> checks = new LinkedHashSet<>();
  private final Set<DeliveryId> retried = new LinkedHashSet<>();
  private final Set<DeliveryId> failed = new LinkedHashSet<>();
  private final Set<DeliveryId> expired = new LinkedHashSet<>();
  private List<Reading> readings = new ArrayList<>();

  Round(OutboxTools tools, Parts parts) {
    this.tools = tools;
    this.metrics = tools.metrics();
    this.parts = parts;
  }

  /** Publishes at once; gathers the rest for {@link #finish}. */
  void run(Held held, List<Effect<EncodedPush>> effects) {
    for (Effect<EncodedPush> effect : effects) {
      switch (effect) {
        case Effect.Push<EncodedPush> push -> parts.link().push(held, push);
        case Effect.Load<EncodedPush> load -> readings.add(new Reading(held, load));
        case Effect.Delivered<EncodedPush> one -> delivered.put(one.id(), held.user());
        case Effect.DeliveredUpTo<EncodedPush> upTo -> {
          deliveredUpTo.merge(held.user(), upTo.seq(), Math::max);
          passedUpTo += upTo.passed();
        }
        case Effect.CheckDelivered<EncodedPush> check ->
            checks.add(new Check(held.user(), check.id(), check.upTo()));
        case Effect.Retried<EncodedPush> one -> retried.add(one.id());
        case Effect.Failed<EncodedPush> one -> failed.add(one.id());
        case Effect.Expired<EncodedPush> one -> expired.add(one.id());
      }
    }
  }

  /** Stores the marks, then reads what is to be read, and so on until nothing is left to do. */
  void finish() {
    resolve();
    mark();
    for (int reads = 0; !readings.isEmpty() && reads < MAX_READS_IN_A_ROW; reads++) {
      List<Reading> asked = readings;
      readings = new ArrayList<>();
      try {
        for (List<Reading> slice : parts.backlogs().slices(asked)) {
          read(slice);
          mark();
        }
      } finally {
        asked.forEach(Reading::giveUp);
      }
    }
  }

  /** Gives up what has been asked for and has not been read: it is asked for again. */
  @Override
  public void close() {
    readings.forEach(Reading::giveUp);
  }

  /** Finds out whose the acknowledged entries are that no window holds. */
  private void resolve() {
    if (checks.isEmpty()) {
      return;
    }
    Set<DeliveryId> ids = new HashSet<>();
    checks.forEach(check -> ids.add(check.id()));
    Map<DeliveryId, StoredEntry> found = tools.store().find(ids);
    for (Check check : checks) {
      StoredEntry entry = found.get(check.id());
      if (entry == null || !entry.receiver().equals(check.receiver())) {
        metrics.foreignAcknowledgements.increment();
      } else if (check.upTo()) {
        resolveUpTo(check.receiver(), entry);
      } else if (entry.open()) {
        delivered.put(check.id(), check.receiver());
      } else {
        parts.lately().add(check.id(), check.receiver());
      }
    }
    checks.clear();
  }

  private void resolveUpTo(UserId receiver, StoredEntry entry) {
    deliveredUpTo.merge(receiver, entry.seq(), Math::max);
    passedUpTo += entry.open() ? 1 : 0;
    Held held = parts.receivers().find(receiver);
    if (held != null) {
      run(held, held.outbox().acknowledgedUpTo(entry.seq(), tools.now()));
    }
  }

  private void mark() {
    tools.store().mark(new Marks(delivered.keySet(), deliveredUpTo, retried, failed, expired));
    metrics.acknowledged.increment(delivered.size() + passedUpTo);
    metrics.failed.increment(failed.size());
    metrics.expired.increment(expired.size());
    parts.lately().addAll(delivered);
    delivered.clear();
    deliveredUpTo.clear();
    passedUpTo = 0;
    retried.clear();
    failed.clear();
    expired.clear();
  }

  private void read(List<Reading> slice) {
    List<List<OutboxEntry<EncodedPush>>> pages = parts.backlogs().read(slice);
    for (int i = 0; i < pages.size(); i++) {
      Reading reading = slice.get(i);
      run(
          reading.held(),
          reading.held().outbox().loaded(reading.load(), pages.get(i), tools.now()));
    }
  }
}
