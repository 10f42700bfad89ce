package im.hongyan.push.outbox;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.DeliveryId;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReceiverOutboxTest {
  private static final ReceiverOutbox.Limits LIMITS =
      new ReceiverOutbox.Limits(4, 10_000, 60_000, 2, 3);

  private final ReceiverOutbox<String> outbox = new ReceiverOutbox<>(LIMITS, 0, true);

  @Test
  void whatIsStoredForAnOnlineReceiverIsSentAtOnce() {
    assertThat(outbox.stored(entry(1), 0))
        .containsExactly(new Effect.Push<String>(entry(1), false));
    assertThat(outbox.inFlight()).isEqualTo(1);
  }

  @Test
  void whatIsRecalledInFlightIsWaitedForNoMore() {
    for (int seq = 1; seq <= 4; seq++) {
      outbox.stored(entry(seq), 0);
    }
    outbox.stored(entry(5), 0);

    assertThat(outbox.recalled(id(2), 0)).isEmpty();
    assertThat(load(outbox.recalled(id(1), 0)).after()).isEqualTo(4);
    assertThat(outbox.recalled(id(1), 0)).isEmpty();
    assertThat(outbox.inFlight()).isEqualTo(2);
  }

  @Test
  void theRecallOfWhatHasFailedLetsTheRestGoOn() {
    outbox.stored(entry(1), 0);
    long now = 0;
    boolean failed = false;
    while (!failed) {
      now += 60_000;
      for (Effect<String> effect : outbox.tick(now, now, true)) {
        failed |= effect.equals(new Effect.Failed<String>(id(1)));
        if (effect instanceof Effect.Load<String> load) {
          outbox.loaded(load, List.of(entry(1)), now);
        }
      }
    }
    outbox.stored(entry(2), now);
    assertThat(outbox.isBlocked()).isTrue();

    Effect.Load<String> load = load(outbox.recalled(id(1), now));

    assertThat(outbox.loaded(load, List.of(entry(2)), now))
        .containsExactly(new Effect.Push<String>(entry(2), false));
  }

  @Test
  void anOutboxKnowsWhatItHasNeverSent() {
    ReceiverOutbox<String> found = new ReceiverOutbox<>(LIMITS, 7, false);
    long mine = found.nextSeq();
    found.stored(entry(mine), 0);

    assertThat(found.mayHaveSent(7)).as("what an earlier owner may have sent").isTrue();
    assertThat(found.mayHaveSent(mine)).isFalse();
    found.loaded(load(found.connected(0)), List.of(entry(7), entry(mine)), 0);
    found.disconnected();
    assertThat(found.mayHaveSent(mine)).isTrue();
    found.taken(9);
    assertThat(found.mayHaveSent(9)).as("what another owner has stored").isTrue();
  }

  @Test
  void nothingIsSentToAReceiverWhoIsAway() {
    outbox.disconnected();

    assertThat(outbox.stored(entry(1), 0)).isEmpty();
    assertThat(outbox.tick(1_000_000, 1_000_000, true)).isEmpty();
  }

  @Test
  void receiverBackOnlineGetsUnsentMessagesOldestFirst() {
    outbox.disconnected();
    outbox.stored(entry(1), 0);
    outbox.stored(entry(2), 0);

    Effect.Load<String> load = load(outbox.connected(0));

    assertThat(load).isEqualTo(new Effect.Load<String>(0, 3, 2));
    assertThat(outbox.loaded(load, List.of(entry(1), entry(2)), 0))
        .containsExactly(
            new Effect.Push<String>(entry(1), false), new Effect.Push<String>(entry(2), false));
    assertThat(outbox.stored(entry(3), 0))
        .containsExactly(new Effect.Push<String>(entry(3), false));
  }

  @Test
  void whatIsStoredWhileABacklogIsReadWaitsForItsTurn() {
    outbox.disconnected();
    outbox.stored(entry(1), 0);
    Effect.Load<String> load = load(outbox.connected(0));

    assertThat(outbox.stored(entry(2), 0)).isEmpty();

    List<Effect<String>> effects = outbox.loaded(load, List.of(entry(1)), 0);
    assertThat(effects.getFirst()).isEqualTo(new Effect.Push<String>(entry(1), false));
    assertThat(load(effects).after()).isEqualTo(1);
  }

  @Test
  void noMoreThanTheWindowIsUnacknowledged() {
    for (int seq = 1; seq <= 4; seq++) {
      outbox.stored(entry(seq), 0);
    }

    assertThat(outbox.stored(entry(5), 0)).isEmpty();
    assertThat(outbox.acknowledged(id(1), false, 0))
        .containsExactly(new Effect.Delivered<String>(id(1)));
    assertThat(load(outbox.acknowledged(id(2), false, 0)).after()).isEqualTo(4);
  }

  @Test
  void afterATimeOutNothingNewIsSentUntilTheOldestIsAcknowledged() {
    outbox.stored(entry(1), 0);
    outbox.stored(entry(2), 0);

    List<Effect<String>> timeOut = outbox.tick(10_000, 10_000, true);
    assertThat(timeOut.getFirst()).isEqualTo(new Effect.Retried<String>(id(1)));
    Effect.Load<String> load = load(timeOut);
    assertThat(outbox.stored(entry(3), 10_000)).isEmpty();
    assertThat(outbox.loaded(load, List.of(entry(1), entry(2), entry(3)), 10_000))
        .containsExactly(
            new Effect.Push<String>(entry(1), true), new Effect.Push<String>(entry(2), true));
    assertThat(outbox.isBlocked()).isTrue();

    assertThat(load(outbox.acknowledged(id(1), false, 10_001)).after()).isEqualTo(2);
    assertThat(outbox.isBlocked()).isFalse();
  }

  @Test
  void nothingIsSentAgainWhileItsAcknowledgementMayWaitToBeHeard() {
    outbox.stored(entry(1), 0);

    assertThat(outbox.tick(60_000, 9_999, true)).isEmpty();
    assertThat(outbox.acknowledged(id(1), false, 60_001))
        .containsExactly(new Effect.Delivered<String>(id(1)));
  }

  @Test
  void whatIsUnacknowledgedIsSentAgainOnceAllUntilItsTimeHasBeenHeard() {
    outbox.stored(entry(1), 0);

    assertThat(outbox.tick(60_000, 10_000, true)).contains(new Effect.Retried<String>(id(1)));
  }

  @Test
  void aPublishersClockThatIsFarBehindHoldsNothingUpForLongerThanTheLongestWait() {
    outbox.stored(entry(1), 0);
    long longest = LIMITS.maxAckTimeout();

    assertThat(outbox.tick(9_999 + longest, 0, true)).isEmpty();
    assertThat(outbox.tick(10_000 + longest, 0, true)).contains(new Effect.Retried<String>(id(1)));
  }

  @Test
  void theWaitDoublesAndThenTheOldestHasFailed() {
    outbox.stored(entry(1), 0);

    assertThat(outbox.tick(9_999, 9_999, true)).isEmpty();
    outbox.loaded(load(outbox.tick(10_000, 10_000, true)), List.of(entry(1)), 10_000);
    assertThat(outbox.tick(29_999, 29_999, true)).isEmpty();
    outbox.loaded(load(outbox.tick(30_000, 30_000, true)), List.of(entry(1)), 30_000);
    assertThat(outbox.tick(70_000, 70_000, true)).containsExactly(new Effect.Failed<String>(id(1)));

    assertThat(outbox.tick(10_000_000, 10_000_000, true)).isEmpty();
    assertThat(outbox.stored(entry(2), 10_000_000)).isEmpty();
    assertThat(load(outbox.connected(10_000_000))).isEqualTo(new Effect.Load<String>(0, 3, 2));
  }

  @Test
  void theWaitNeverExceedsTheLongestHoweverOftenItDoubles() {
    assertThat(LIMITS.ackTimeout(0)).isEqualTo(10_000);
    assertThat(LIMITS.ackTimeout(2)).isEqualTo(40_000);
    for (int repetitions = 3; repetitions <= 100; repetitions++) {
      assertThat(LIMITS.ackTimeout(repetitions)).isEqualTo(60_000);
    }
    assertThat(new ReceiverOutbox.Limits(1, Long.MAX_VALUE, Long.MAX_VALUE, 1, 1).ackTimeout(0))
        .isEqualTo(Long.MAX_VALUE);
  }

  @Test
  void whoDoesNotAcknowledgeMayBeForgottenOnceTheOldestHasFailed() {
    outbox.stored(entry(1), 0);
    outbox.loaded(load(outbox.tick(10_000, 10_000, true)), List.of(entry(1)), 10_000);
    outbox.loaded(load(outbox.tick(30_000, 30_000, true)), List.of(entry(1)), 30_000);
    assertThat(outbox.isSettled()).isFalse();

    outbox.tick(70_000, 70_000, true);

    assertThat(outbox.isSettled()).isTrue();
  }

  @Test
  void aLateAcknowledgementOfWhatHasFailedLetsTheRestGo() {
    outbox.stored(entry(1), 0);
    outbox.loaded(load(outbox.tick(10_000, 10_000, true)), List.of(entry(1)), 10_000);
    outbox.loaded(load(outbox.tick(30_000, 30_000, true)), List.of(entry(1)), 30_000);
    outbox.tick(70_000, 70_000, true);
    outbox.stored(entry(2), 70_000);

    List<Effect<String>> effects = outbox.acknowledged(id(1), false, 80_000);

    assertThat(effects.getFirst()).isEqualTo(new Effect.Delivered<String>(id(1)));
    assertThat(load(effects).after()).isEqualTo(1);
  }

  @Test
  void whatHasExpiredIsPassedOverAndTheWindowMovesOn() {
    OutboxEntry<String> shortLived = new OutboxEntry<>(id(1), 1, 5_000, false, "m1");

    assertThat(outbox.stored(shortLived, 5_000)).containsExactly(new Effect.Expired<String>(id(1)));
    assertThat(outbox.stored(entry(2), 5_000))
        .containsExactly(new Effect.Push<String>(entry(2), false));
  }

  @Test
  void anOldestThatExpiresUnacknowledgedNoLongerBlocks() {
    outbox.stored(new OutboxEntry<>(id(1), 1, 15_000, false, "m1"), 0);
    outbox.loaded(
        load(outbox.tick(10_000, 10_000, true)),
        List.of(new OutboxEntry<>(id(1), 1, 15_000, false, "m1")),
        10_000);
    outbox.stored(entry(2), 11_000);

    List<Effect<String>> effects = outbox.tick(15_000, 15_000, true);

    assertThat(effects.getFirst()).isEqualTo(new Effect.Expired<String>(id(1)));
    assertThat(load(effects).after()).isEqualTo(1);
  }

  @Test
  void whatWasRecalledIsNotSent() {
    assertThat(outbox.stored(new OutboxEntry<>(id(1), 1, OutboxEntry.NEVER, true, "m1"), 0))
        .isEmpty();
    assertThat(outbox.inFlight()).isZero();
  }

  @Test
  void upToAcknowledgesAllBefore() {
    outbox.stored(entry(1), 0);
    outbox.stored(entry(2), 0);
    outbox.stored(entry(3), 0);

    assertThat(outbox.acknowledged(id(2), true, 0))
        .containsExactly(new Effect.DeliveredUpTo<String>(2, 2));
    assertThat(outbox.inFlight()).isEqualTo(1);
  }

  @Test
  void anAcknowledgementOfSomethingUnknownIsLookedUp() {
    assertThat(outbox.acknowledged(id(7), false, 0))
        .containsExactly(new Effect.CheckDelivered<String>(id(7), false));
  }

  @Test
  void aLostLinkIsNoFailureAndEverythingUnacknowledgedIsSentAgain() {
    outbox.stored(entry(1), 0);
    outbox.linkLost();

    assertThat(outbox.stored(entry(2), 0)).isEmpty();
    assertThat(outbox.tick(1_000_000, 1_000_000, false)).isEmpty();
    List<Effect<String>> back = outbox.tick(1_000_001, 1_000_001, true);
    assertThat(back).containsExactly(new Effect.Load<String>(0, 3, 2));
    assertThat(outbox.loaded(load(back), List.of(entry(1), entry(2)), 1_000_001))
        .containsExactly(
            new Effect.Push<String>(entry(1), true), new Effect.Push<String>(entry(2), false));
  }

  @Test
  void aLostLinkGivesWhatHasFailedAnotherChance() {
    outbox.stored(entry(1), 0);
    outbox.loaded(load(outbox.tick(10_000, 10_000, true)), List.of(entry(1)), 10_000);
    outbox.loaded(load(outbox.tick(30_000, 30_000, true)), List.of(entry(1)), 30_000);
    outbox.tick(70_000, 70_000, true);
    outbox.linkLost();

    List<Effect<String>> back = outbox.tick(80_000, 80_000, true);

    assertThat(outbox.loaded(load(back), List.of(entry(1)), 80_000))
        .containsExactly(new Effect.Push<String>(entry(1), true));
    assertThat(outbox.tick(90_000, 90_000, true)).contains(new Effect.Retried<String>(id(1)));
  }

  @Test
  void aCopyOfWhatAnotherOwnerStoredIsReadFromTheStore() {
    outbox.stored(entry(1), 0);

    assertThat(load(outbox.storedBefore(2)).after()).isEqualTo(1);
    assertThat(outbox.storedBefore(1)).isEmpty();
  }

  @Test
  void theAnswerToAnOutdatedLoadIsPassedOver() {
    outbox.disconnected();
    outbox.stored(entry(1), 0);
    Effect.Load<String> old = load(outbox.connected(0));
    Effect.Load<String> current = load(outbox.connected(0));

    assertThat(outbox.loaded(old, List.of(entry(1)), 0)).isEmpty();
    assertThat(outbox.loaded(current, List.of(entry(1)), 0)).hasSize(1);
  }

  private static Effect.Load<String> load(List<Effect<String>> effects) {
    return effects.stream()
        .filter(Effect.Load.class::isInstance)
        .map(effect -> (Effect.Load<String>) effect)
        .findFirst()
        .orElseThrow();
  }

  private static OutboxEntry<String> entry(long seq) {
    return new OutboxEntry<>(id(seq), seq, OutboxEntry.NEVER, false, "m" + seq);
  }

  private static DeliveryId id(long seq) {
    return new DeliveryId("d" + seq);
  }
}
