package im.hongyan.push.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.DeliveryId;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Random interleavings of everything that may happen, against a model of store and receiver. */
class ReceiverOutboxRandomTest {
  private static final int STEPS = 10_000;
  private static final ReceiverOutbox.Limits LIMITS =
      new ReceiverOutbox.Limits(7, 1_000, 8_000, 3, 5);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyInterleavingKeepsThePromises(long seed) {
    World world = new World(seed);
    for (int step = 0; step < STEPS; step++) {
      world.step();
    }
    world.settle(seed % 2 == 0);
    assertThat(world.unfinished()).as("never delivered, seed %d", seed).isEmpty();
    world.checkThatEverythingHappened();
  }

  private enum Status {
    UNSENT,
    DELIVERED,
    FAILED,
    LEFT,
    EXPIRED,
    RECALLED
  }

  private static final class Row {
    private final OutboxEntry<String> entry;
    private Status status = Status.UNSENT;

    Row(OutboxEntry<String> entry) {
      this.entry = entry;
    }

    boolean isOpen() {
      return status == Status.UNSENT || status == Status.FAILED;
    }
  }

  /** The store as it must be, the receiver as he may be, and the checks of what reaches him. */
  private static final class World {
    private final Random random;
    private final TreeMap<Long, Row> store = new TreeMap<>();
    private final Deque<Effect.Load<String>> loads = new ArrayDeque<>();
    private final Set<DeliveryId> unacknowledged = new LinkedHashSet<>();
    private final Set<Long> everSent = new HashSet<>();

    /** What changed between its reading and the answer. */
    private final Set<Long> crossed = new HashSet<>();

    private ReceiverOutbox<String> outbox = new ReceiverOutbox<>(LIMITS, 0, true);
    private boolean online = true;
    private boolean linkUp = true;
    private boolean linkLost;
    private boolean acknowledges = true;
    private long now = 1;
    private long lastFirstSend;
    private @Nullable Long retriedOldest;
    private @Nullable Long failedOldest;
    private long highestBeforeRetry;
    private int settledTimes;
    private int failedTimes;
    private int expiredTimes;
    private int recalledUnsent;
    private int recalledInFlight;

    World(long seed) {
      this.random = new Random(seed);
    }

    void step() {
      int dice = random.nextInt(100);
      if (dice < 30) {
        store();
      } else if (dice < 60) {
        acknowledge();
      } else if (dice < 78) {
        answerLoad();
      } else if (dice < 90) {
        pass(random.nextInt(acknowledges ? 900 : 9_000));
      } else if (dice < 94) {
        // Who hangs long enough is given up.
        if (acknowledges || random.nextInt(30) == 0) {
          comeOrGo(dice);
        }
      } else if (dice < 95) {
        acknowledges = !acknowledges;
      } else if (dice < 96) {
        loseLink();
      } else if (dice < 98) {
        linkUp = true;
      } else {
        rareThing(random.nextInt(13));
      }
      assertThat(outbox.inFlight()).isLessThanOrEqualTo(LIMITS.window());
    }

    private void comeOrGo(int dice) {
      if (dice < 91) {
        disconnect();
      } else {
        connect();
      }
    }

    private void rareThing(int dice) {
      switch (dice) {
        case 0, 1, 2, 3 -> recall();
        case 4, 5 -> restart();
        case 6, 7 -> forgetWhenSettled();
        case 8, 9 -> leave();
        case 10 -> sweep();
        case 11 -> failLate();
        default -> anotherOwnerStores();
      }
    }

    /** Either the receiver comes back or the link does: each alone gets everything going. */
    void settle(boolean reconnects) {
      acknowledges = true;
      if (reconnects || !online) {
        linkUp = true;
        connect();
      } else {
        hang();
        loseLink();
        pass(1);
        linkUp = true;
      }
      for (int round = 0; round < 10 * store.size(); round++) {
        answerLoad();
        acknowledge();
        pass(300);
      }
    }

    /** Long enough to be given up. */
    private void hang() {
      linkUp = true;
      store();
      for (int round = 0; round < 10 && failedOldest == null; round++) {
        answerLoad();
        pass(9_000);
      }
    }

    void checkThatEverythingHappened() {
      assertThat(settledTimes).as("times forgotten").isPositive();
      assertThat(failedTimes).as("times failed").isPositive();
      assertThat(expiredTimes).as("times expired").isPositive();
      assertThat(recalledUnsent).as("recalled before they were sent").isPositive();
      assertThat(recalledInFlight).as("recalled in flight").isPositive();
      for (Status status :
          List.of(Status.DELIVERED, Status.LEFT, Status.EXPIRED, Status.RECALLED)) {
        assertThat(store.values()).as("rows").anyMatch(row -> row.status == status);
      }
    }

    List<Long> unfinished() {
      return store.values().stream()
          .filter(Row::isOpen)
          .map(row -> row.entry)
          .filter(entry -> !entry.cancelled())
          .map(OutboxEntry::seq)
          .toList();
    }

    private void store() {
      long seq = outbox.nextSeq();
      if (random.nextInt(10) == 0) {
        seq = outbox.nextSeq(); // The first one's insert failed: a gap.
      }
      long expiresAt = random.nextInt(20) == 0 ? now + random.nextInt(5_000) : OutboxEntry.NEVER;
      OutboxEntry<String> entry =
          new OutboxEntry<>(new DeliveryId("d" + seq), seq, expiresAt, false, "m" + seq);
      store.put(seq, new Row(entry));
      if (random.nextInt(30) == 0) {
        run(outbox.storedBefore(seq)); // Another owner had stored it.
      } else {
        run(outbox.stored(entry, now));
      }
    }

    private void acknowledge() {
      if (!acknowledges || !online || unacknowledged.isEmpty()) {
        return;
      }
      List<DeliveryId> sent = new ArrayList<>(unacknowledged);
      DeliveryId id = sent.get(random.nextInt(4) == 0 ? random.nextInt(sent.size()) : 0);
      boolean upTo = random.nextInt(10) == 0;
      unacknowledged.remove(id);
      if (random.nextInt(20) != 0) { // Else it is lost on its way.
        run(outbox.acknowledged(id, upTo, now));
      }
    }

    private void answerLoad() {
      if (loads.isEmpty()) {
        return;
      }
      Effect.Load<String> load = loads.poll();
      if (random.nextInt(10) == 0) {
        outbox.loadFailed(load);
        return;
      }
      List<OutboxEntry<String>> page =
          store.tailMap(load.after(), false).values().stream()
              .filter(Row::isOpen)
              .map(row -> row.entry)
              .limit(load.limit())
              .toList();
      if (random.nextInt(3) == 0) {
        store(); // Comes between the reading and its answer.
      }
      if (random.nextInt(3) == 0) {
        acknowledge();
      }
      page.stream()
          .map(OutboxEntry::seq)
          .filter(seq -> !store.get(seq).isOpen())
          .forEach(crossed::add);
      run(outbox.loaded(load, page, now));
      crossed.clear();
    }

    private void pass(long millis) {
      now += millis;
      if (linkLost && linkUp) {
        linkLost = false;
        failedOldest = null;
      }
      run(outbox.tick(now, now, linkUp));
    }

    private void connect() {
      online = true;
      forgetSent();
      run(outbox.connected(now));
    }

    private void disconnect() {
      online = false;
      forgetSent();
      outbox.disconnected();
    }

    /** The process ends and another one finds what is stored. */
    private void restart() {
      loads.clear();
      forgetSent();
      outbox = new ReceiverOutbox<>(LIMITS, store.isEmpty() ? 0 : store.lastKey(), online);
      run(outbox.storedBefore(store.isEmpty() ? 0 : store.lastKey()));
    }

    /** Memory is short; something that happens to the receiver opens his outbox again. */
    private void forgetWhenSettled() {
      if (outbox.isSettled()) {
        settledTimes++;
        restart();
      }
    }

    /** The receiver leaves a session; what he has not got of it is dropped. */
    private void leave() {
      store.values().stream()
          .filter(Row::isOpen)
          .filter(row -> random.nextInt(3) == 0)
          .forEach(
              row -> {
                row.status = Status.LEFT;
                unacknowledged.remove(row.entry.id());
              });
      retriedOldest = null;
      failedOldest = null;
      lastFirstSend = 0;
      run(outbox.restart(now));
    }

    /** What has expired is marked behind the outbox's back. */
    private void sweep() {
      store.values().stream()
          .filter(Row::isOpen)
          .filter(row -> row.entry.expiresAt() <= now)
          .forEach(row -> row.status = Status.EXPIRED);
    }

    /** A mark of an earlier owner, or of this one before the receiver came back, is slow. */
    private void failLate() {
      List<Row> open = store.values().stream().filter(Row::isOpen).toList();
      if (!open.isEmpty()) {
        open.get(random.nextInt(open.size())).status = Status.FAILED;
      }
    }

    /** One who does not know that he has been replaced, or the other way round. */
    private void anotherOwnerStores() {
      long seq = (store.isEmpty() ? 0 : store.lastKey()) + 1;
      OutboxEntry<String> entry =
          new OutboxEntry<>(new DeliveryId("d" + seq), seq, OutboxEntry.NEVER, false, "m" + seq);
      store.put(seq, new Row(entry));
      outbox.taken(seq);
      run(outbox.storedBefore(seq));
    }

    private void forgetSent() {
      linkLost = false;
      crossed.clear();
      unacknowledged.clear();
      retriedOldest = null;
      failedOldest = null;
      lastFirstSend = 0;
    }

    private void loseLink() {
      linkUp = false;
      linkLost = online;
      outbox.linkLost();
    }

    private void recall() {
      List<Row> rows = new ArrayList<>(store.values());
      if (rows.isEmpty()) {
        return;
      }
      Row row =
          random.nextBoolean() ? rows.get(random.nextInt(rows.size())) : lastUnsentOrInFlight();
      long seq = row.entry.seq();
      if (!outbox.mayHaveSent(seq)) {
        assertThat(everSent).as("said to have never been sent").doesNotContain(seq);
        recalledUnsent += row.isOpen() ? 1 : 0;
      } else if (unacknowledged.remove(row.entry.id())) {
        recalledInFlight++;
      }
      if (row.isOpen()) {
        row.status = Status.RECALLED;
      }
      through(seq);
      run(outbox.recalled(row.entry.id(), now));
      recallNotice(seq);
    }

    /** Long ago nearly all are through. */
    private Row lastUnsentOrInFlight() {
      if (!unacknowledged.isEmpty() && random.nextBoolean()) {
        List<DeliveryId> inFlight = List.copyOf(unacknowledged);
        return row(inFlight.get(random.nextInt(inFlight.size())));
      }
      return store.lastEntry().getValue();
    }

    /** What tells of it is an entry like any other. */
    private void recallNotice(long recalled) {
      if (everSent.contains(recalled)) {
        store();
      }
    }

    private void run(List<Effect<String>> effects) {
      for (Effect<String> effect : effects) {
        switch (effect) {
          case Effect.Push<String> push -> pushed(push.entry());
          case Effect.Load<String> load -> loads.add(load);
          case Effect.Delivered<String> delivered -> delivered(seq(delivered.id()));
          case Effect.DeliveredUpTo<String> upTo -> deliveredUpTo(upTo.seq());
          case Effect.CheckDelivered<String> check -> {
            if (check.upTo()) {
              deliveredUpTo(seq(check.id()));
              run(outbox.acknowledgedUpTo(seq(check.id()), now));
            } else {
              delivered(seq(check.id()));
            }
          }
          case Effect.Retried<String> retried -> {
            // An acknowledgement may have crossed with the reading of its entry.
            if (row(retried.id()).isOpen()) {
              retriedOldest = seq(retried.id());
              highestBeforeRetry = lastFirstSend;
            }
          }
          case Effect.Failed<String> failed -> {
            if (row(failed.id()).isOpen()) {
              row(failed.id()).status = Status.FAILED;
              failedOldest = seq(failed.id());
              failedTimes++;
            }
          }
          case Effect.Expired<String> expired -> {
            assertThat(row(expired.id()).entry.expiresAt()).isLessThanOrEqualTo(now);
            row(expired.id()).status = Status.EXPIRED;
            expiredTimes++;
            through(seq(expired.id()));
          }
        }
      }
    }

    private void pushed(OutboxEntry<String> entry) {
      assertThat(online).as("sent to somebody who is away").isTrue();
      assertThat(row(entry.id()).isOpen() || crossed.contains(entry.seq()))
          .as("sent although %s", row(entry.id()).status)
          .isTrue();
      assertThat(entry.cancelled()).as("sent although recalled").isFalse();
      assertThat(entry.expiresAt()).as("sent although expired").isGreaterThan(now);
      assertThat(failedOldest).as("sent although the oldest has failed").isNull();
      if (entry.seq() > lastFirstSend) {
        assertThat(retriedOldest == null || entry.seq() <= highestBeforeRetry)
            .as("new although the oldest is being sent again")
            .isTrue();
        List<Long> skipped =
            store.subMap(lastFirstSend, false, entry.seq(), false).values().stream()
                .filter(Row::isOpen)
                .filter(row -> !row.entry.cancelled())
                .map(row -> row.entry.seq())
                .toList();
        assertThat(skipped).as("overtaken by %d", entry.seq()).isEmpty();
        lastFirstSend = entry.seq();
      }
      everSent.add(entry.seq());
      unacknowledged.add(entry.id());
    }

    private void delivered(long seq) {
      Row row = store.get(seq);
      if (row.isOpen()) {
        row.status = Status.DELIVERED;
      }
      through(seq);
    }

    private void deliveredUpTo(long seq) {
      mark(Status.UNSENT, Status.DELIVERED, 0, seq);
      mark(Status.FAILED, Status.DELIVERED, 0, seq);
      unacknowledged.removeIf(id -> seq(id) <= seq);
      if (retriedOldest != null && retriedOldest <= seq) {
        retriedOldest = null;
      }
      if (failedOldest != null && failedOldest <= seq) {
        failedOldest = null;
      }
    }

    private void through(long seq) {
      if (retriedOldest != null && retriedOldest == seq) {
        retriedOldest = null;
      }
      if (failedOldest != null && failedOldest == seq) {
        failedOldest = null;
      }
    }

    private void mark(Status from, Status to, long after, long upTo) {
      store.subMap(after, false, upTo, true).values().stream()
          .filter(row -> row.status == from)
          .forEach(row -> row.status = to);
    }

    private Row row(DeliveryId id) {
      Row row = store.get(seq(id));
      assertThat(row).isNotNull();
      return row;
    }

    private static long seq(DeliveryId id) {
      return Long.parseLong(id.value().substring(1));
    }
  }
}
