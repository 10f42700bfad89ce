package im.hongyan.bench.history;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.bench.history.DeliveryHistory.StoredEntry;
import im.hongyan.model.SessionId;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeliveryHistoryTest {
  private static final SessionId SESSION = new SessionId("s1");
  private static final int ALICE = 0;
  private static final int BOB = 1;
  private static final int MALLORY = 2;

  private final DeliveryHistory history = new DeliveryHistory();
  private final Conversation conversation = new Conversation(ALICE, BOB);

  @BeforeEach
  void open() {
    conversation.created(SESSION);
    history.opened(conversation);
  }

  @Test
  void everythingDeliveredOnceAndInOrderKeepsThePromise() {
    SentMessage first = accepted();
    SentMessage second = accepted();
    pushed(BOB, 2, first);
    pushed(BOB, 3, second);
    history.stored(conversation, List.of(entry(1, null), entry(2, first), entry(3, second)));

    assertThat(history.complete()).isTrue();
    assertThat(history.verdict().kept()).isTrue();
    assertThat(history.verdict().delivered()).isEqualTo(2);
  }

  @Test
  void messageOfAGroupHasReachedAllWhenTheLastMemberHasIt() {
    Conversation group = new Conversation(ALICE, BOB, MALLORY);
    group.created(new SessionId("g"));
    history.opened(group);
    SentMessage message = history.sending(group, ALICE, 0, true);
    history.accepted(message, 1_000_000);
    history.pushed(BOB, group.id(), 1, message.index(), 10_000_000);
    assertThat(history.verdict().sendToAllMs().max()).isZero();
    history.pushed(MALLORY, group.id(), 1, message.index(), 40_000_000);

    assertThat(history.verdict().sendToAllMs().max()).isBetween(39.9, 40.1);
  }

  @Test
  void acceptedAndNotDeliveredIsLost() {
    accepted();

    assertThat(history.complete()).isFalse();
    assertThat(history.verdict().lost()).isEqualTo(1);
  }

  @Test
  void acceptedAndNotStoredIsLost() {
    SentMessage message = accepted();
    pushed(BOB, 2, message);
    history.stored(conversation, List.of(entry(1, null)));

    assertThat(history.verdict().lost()).isEqualTo(1);
  }

  @Test
  void sentAgainByTheServerIsACopyAndNoHarm() {
    SentMessage message = accepted();
    pushed(BOB, 2, message);
    pushed(BOB, 2, message);

    assertThat(history.verdict().copies()).isEqualTo(1);
    assertThat(history.verdict().kept()).isTrue();
  }

  @Test
  void secondSeqOfOneMessageIsADuplicate() {
    SentMessage message = accepted();
    pushed(BOB, 2, message);
    pushed(BOB, 3, message);

    assertThat(history.verdict().duplicated()).isEqualTo(1);
  }

  @Test
  void storedTwiceIsADuplicate() {
    SentMessage message = accepted();
    pushed(BOB, 1, message);
    history.stored(conversation, List.of(entry(1, message), entry(2, message)));

    assertThat(history.verdict().duplicated()).isEqualTo(1);
  }

  @Test
  void lowerSeqAfterAHigherOneIsReordered() {
    SentMessage first = accepted();
    SentMessage second = accepted();
    pushed(BOB, 3, second);
    pushed(BOB, 2, first);

    assertThat(history.verdict().reordered()).isPositive();
  }

  @Test
  void laterMessageOfASenderWithALowerSeqIsReordered() {
    SentMessage first = accepted();
    SentMessage second = accepted();
    pushed(BOB, 2, second);
    pushed(BOB, 3, first);

    assertThat(history.verdict().reordered()).isEqualTo(1);
  }

  @Test
  void gapInWhatIsStoredIsReordered() {
    SentMessage message = accepted();
    pushed(BOB, 3, message);
    history.stored(conversation, List.of(entry(1, null), entry(3, message)));

    assertThat(history.verdict().reordered()).isEqualTo(1);
  }

  @Test
  void pushToSomebodyElseIsSeen() {
    SentMessage message = accepted();
    pushed(MALLORY, 2, message);

    assertThat(history.verdict().toOutsiders()).isEqualTo(1);
    assertThat(history.verdict().kept()).isFalse();
  }

  @Test
  void latencyCountsFromWhenTheMessageWasDue() {
    SentMessage message = history.sending(conversation, ALICE, 1_000_000, true);
    message.sent();
    history.accepted(message, 51_000_000);

    assertThat(history.verdict().sendToReplyMs().max()).isBetween(49.9, 50.1);
  }

  @Test
  void oldestOpenMessageIsFoundAlsoBehindThoseOfSessionsNotLookedAt() {
    Conversation another = new Conversation(BOB, MALLORY);
    history.sending(conversation, ALICE, 5, true);
    history.sending(another, BOB, 7, true);

    assertThat(history.openSinceNanos(Set.of())).isEqualTo(5);
    assertThat(history.openSinceNanos(Set.of(conversation))).isEqualTo(7);
    assertThat(history.openSinceNanos(Set.of(conversation, another))).isZero();
  }

  private SentMessage accepted() {
    SentMessage message = history.sending(conversation, ALICE, 0, true);
    message.sent();
    history.accepted(message, 1);
    return message;
  }

  private void pushed(int user, long seq, SentMessage message) {
    history.pushed(user, SESSION, seq, message.index(), 2);
  }

  private static StoredEntry entry(long seq, SentMessage message) {
    return new StoredEntry(seq, message == null ? -1 : message.index());
  }
}
