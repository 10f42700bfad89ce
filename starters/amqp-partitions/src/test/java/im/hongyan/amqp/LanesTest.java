package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.amqp.OutgoingGroup.Event;
import im.hongyan.model.HongyanException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What becomes of the order, whatever the broker answers; one event a message, partitions 0, 1. */
class LanesTest {
  private static final long PAUSE = TimeUnit.MILLISECONDS.toNanos(1);
  private static final long TIMEOUT = TimeUnit.SECONDS.toNanos(10);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final Admission admission = new Admission(100, 1 << 20);
  private final Outcomes outcomes =
      new Outcomes("letters", StreamMetrics.of(meters, "letters"), Runnable::run);
  private final List<Integer> sent = new ArrayList<>();
  private final Map<Integer, Long> numbers = new HashMap<>();
  private long now;
  private long next = 1;
  private Lanes lanes = lanes(1, 1);

  private Lanes lanes(int messagesInFlight, int eventsPerMessage) {
    return new Lanes(
        2,
        new Lanes.Limits(messagesInFlight, eventsPerMessage, 1 << 16),
        admission,
        outcomes,
        new Backoff(java.time.Duration.ofMillis(1), java.time.Duration.ofMillis(1), () -> 0));
  }

  private CompletableFuture<Void> hand(int partition, int number) {
    return hand(false, new int[] {partition, number});
  }

  /** A group of pairs: partition and number. */
  private CompletableFuture<Void> hand(boolean inOrder, int[]... places) {
    OutgoingGroup group = new OutgoingGroup(places.length, inOrder, now + TIMEOUT);
    for (int[] place : places) {
      group.add(place[0], new byte[] {(byte) place[1]});
    }
    admission.enter(group.open(), group.openBytes());
    lanes.arrive(group);
    send();
    return group.done();
  }

  /** Sends all that may go. */
  private void send() {
    for (Lane lane : lanes.all()) {
      for (List<Event> events = lanes.mayGo(lane, now);
          !events.isEmpty();
          events = lanes.mayGo(lane, now)) {
        lanes.sent(lane, events, next, now);
        for (Event event : events) {
          numbers.put((int) event.body()[0], next);
          sent.add((int) event.body()[0]);
        }
        next++;
      }
    }
    outcomes.tell();
  }

  private void confirm(int number) {
    lanes.confirmed(numbers.get(number), false, now);
    send();
  }

  private void refuse(int number) {
    lanes.refused(numbers.get(number), false, now);
    send();
  }

  private void loseTheConnection() {
    lanes.lostAll();
    next = 1;
    send();
  }

  private void passes(long nanos) {
    now += nanos;
    send();
  }

  private void expire() {
    lanes.expireWaiting(now);
    send();
  }

  private static void assertUnavailable(CompletableFuture<Void> done) {
    assertThat(done).isCompletedExceptionally();
    assertThat(done.exceptionNow()).isInstanceOf(HongyanException.class);
  }

  @Test
  void whatWasLostIsSentAgainBeforeWhatCameLater() {
    lanes = lanes(3, 1);
    List<CompletableFuture<Void>> done = new ArrayList<>(List.of(hand(0, 1), hand(0, 2)));
    done.add(hand(0, 3));
    confirm(1);
    loseTheConnection();
    done.add(hand(0, 4));

    assertThat(sent).containsExactly(1, 2, 3, 2, 3, 4);
    List.of(2, 3, 4).forEach(this::confirm);
    assertThat(done).allSatisfy(each -> assertThat(each).isCompletedWithValue(null));
    assertThat(admission.isEmpty()).isTrue();
  }

  @Test
  void whatWasRefusedIsSentAgainAfterAPauseBeforeWhatWaitsBehindIt() {
    CompletableFuture<Void> refused = hand(0, 1);
    hand(0, 2);
    hand(1, 3);
    refuse(1);
    assertThat(sent).containsExactly(1, 3);
    passes(PAUSE);
    assertThat(sent).containsExactly(1, 3, 1);
    confirm(1);
    assertThat(refused).isCompletedWithValue(null);
    assertThat(sent).containsExactly(1, 3, 1, 2);
  }

  @Test
  void severalRefusedMessagesGoAgainInTheirOrderOnceAllAreAnswered() {
    lanes = lanes(3, 1);
    List.of(1, 2, 3, 4).forEach(number -> hand(0, number));
    refuse(3);
    passes(PAUSE);
    refuse(1);
    passes(PAUSE);
    assertThat(sent).containsExactly(1, 2, 3);
    confirm(2);
    assertThat(sent).containsExactly(1, 2, 3, 1, 3, 4);
  }

  @Test
  void aRefusalOfSeveralAtOncePutsAllOfThemBack() {
    lanes = lanes(3, 1);
    List.of(1, 2, 3, 4).forEach(number -> hand(0, number));
    lanes.refused(numbers.get(2), true, now);
    confirm(3);
    passes(PAUSE);
    assertThat(sent).containsExactly(1, 2, 3, 1, 2, 4);
  }

  @Test
  void anEventWhoseTimeIsOverFailsWithAllThatWaitsBehindItInItsPartition() {
    CompletableFuture<Void> first = hand(0, 1);
    refuse(1);
    now += TIMEOUT / 2;
    // Not sent yet, so that all wait.
    lanes.lostAll();
    CompletableFuture<Void> elsewhere = hand(1, 3);
    CompletableFuture<Void> behind = hand(0, 2);
    lanes.lostAll();
    now += TIMEOUT / 2 + 1;
    expire();
    assertUnavailable(first);
    assertUnavailable(behind);
    assertThat(elsewhere).isNotDone();

    hand(0, 4);
    assertThat(sent.getLast()).isEqualTo(4);
  }

  @Test
  void aPartitionThatIsNotAnsweredFailsAloneAndItsLateAnswerIsIgnored() {
    CompletableFuture<Void> stuck = hand(0, 1);
    CompletableFuture<Void> behind = hand(0, 2);
    now += TIMEOUT;
    CompletableFuture<Void> elsewhere = hand(1, 3);
    confirm(3);
    assertThat(lanes.hasAnsweredSinceOldest()).isTrue();
    lanes.expireSent(now - TIMEOUT + 1, "late");
    outcomes.tell();
    assertUnavailable(stuck);
    assertUnavailable(behind);
    assertThat(elsewhere).isCompletedWithValue(null);
    assertThat(admission.isEmpty()).isTrue();

    long number = numbers.get(1);
    CompletableFuture<Void> later = hand(0, 4);
    lanes.confirmed(number, false, now);
    assertThat(later).isNotDone();
    confirm(4);
    assertThat(later).isCompletedWithValue(null);
  }

  @Test
  void aBrokerThatAnswersNothingHasAnsweredNothingSinceTheOldestWasSent() {
    hand(0, 1);
    now += 1;
    confirm(1);
    now += 1;
    hand(0, 2);
    hand(1, 3);
    assertThat(lanes.hasAnsweredSinceOldest()).isFalse();
  }

  @Test
  void anEventOfAGroupWaitsUntilThoseBeforeItInItsPartitionAreConfirmed() {
    lanes = lanes(2, 1);
    CompletableFuture<Void> done = hand(true, new int[] {0, 1}, new int[] {0, 2}, new int[] {1, 3});
    assertThat(sent).containsExactly(1, 3);
    loseTheConnection();
    assertThat(sent).containsExactly(1, 3, 1, 3);
    confirm(1);
    confirm(3);
    assertThat(done).isNotDone();
    confirm(2);
    assertThat(sent).containsExactly(1, 3, 1, 3, 2);
    assertThat(done).isCompletedWithValue(null);
  }

  @Test
  void nothingOfAGroupIsSentToOtherPartitionsOnceItHasFailed() {
    CompletableFuture<Void> failed =
        hand(true, new int[] {0, 1}, new int[] {1, 2}, new int[] {1, 3});
    lanes.unsendable(numbers.get(1), new IllegalStateException("too large"));
    assertUnavailable(failed);
    confirm(2);
    hand(1, 4);
    assertThat(sent).containsExactly(1, 2, 4);
  }

  @Test
  void whatIsOutstandingOfAFailedGroupIsNotSentAgain() {
    CompletableFuture<Void> failed = hand(true, new int[] {0, 1}, new int[] {1, 2});
    lanes.unsendable(numbers.get(1), new IllegalStateException("too large"));
    loseTheConnection();
    assertUnavailable(failed);
    assertThat(sent).containsExactly(1, 2);
    assertThat(admission.isEmpty()).isTrue();
  }

  @Test
  void whatIsLeftOfACancelledGroupIsNotSent() {
    CompletableFuture<Void> cancelled = hand(true, new int[] {0, 1}, new int[] {0, 2});
    cancelled.cancel(false);
    hand(0, 3);
    confirm(1);
    assertThat(sent).containsExactly(1, 3);
    confirm(3);
    assertThat(admission.isEmpty()).isTrue();
  }

  @Test
  void whatGathersGoesAsOneMessageUpToItsLimit() {
    lanes = lanes(1, 2);
    hand(0, 1);
    List.of(2, 3, 4).forEach(number -> hand(0, number));
    confirm(1);
    assertThat(sent).containsExactly(1, 2, 3);
    assertThat(numbers.get(2)).isEqualTo(numbers.get(3));
    lanes.confirmed(numbers.get(3), false, now);
    send();
    assertThat(sent).containsExactly(1, 2, 3, 4);
  }

  @Test
  void afterACrashEverythingKnownFails() {
    CompletableFuture<Void> outstanding = hand(0, 1);
    CompletableFuture<Void> waiting = hand(0, 2);
    OutgoingGroup notArrived = new OutgoingGroup(1, false, now + TIMEOUT);
    notArrived.add(0, new byte[] {3});
    admission.enter(1, 1);
    lanes.failAll(List.of(notArrived), outcomes.unavailable("crashed", null));
    outcomes.tell();
    assertUnavailable(outstanding);
    assertUnavailable(waiting);
    assertUnavailable(notArrived.done());
    assertThat(admission.isEmpty()).isTrue();
  }
}
