package im.hongyan.push.fanout;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.amqp.PoisonEventException;
import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.event.ReceiverEvent.Recalled;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRejected;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.MessageRejected;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ServerMessage.MsgReadNotice;
import im.hongyan.model.wire.ServerMessage.MsgVerdict;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.FakeMessageStore;
import im.hongyan.push.message.Reaction;
import im.hongyan.push.outbox.Deliveries;
import im.hongyan.push.reading.FakeReadPositions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class FanoutPartitionTest {
  private static final SessionId SESSION = new SessionId("s1");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final long SENT_AT = 1_000;
  private static final long IN_TIME = SENT_AT + 1;
  private static final Duration WINDOW = Duration.ofMinutes(2);
  private static final UserId CAROL = new UserId("carol");

  private final ContentBson contents = new ContentBson(JsonMapper.builder().build());
  private final FakeMessageStore store = new FakeMessageStore(contents);
  private final List<RequestAnswered> answers = new ArrayList<>();
  private final FakeReadPositions positions = new FakeReadPositions();
  private final Told told = new Told();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final FanoutPartition owner = newOwner();

  @Test
  void messagesOfASessionGetGapFreePlaces() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), sent("m2")));
    owner.handle(List.of(sent("m3")));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(told.to(BOB)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void copiesInABatchAndAcrossBatchesTakeNoPlace() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), sent("m1"), sent("m2")));
    owner.handle(List.of(sent("m2"), sent("m1"), sent("m3")));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(told.to(BOB))
        .as("a stored one goes out again")
        .containsExactly(1L, 2L, 3L, 3L, 2L, 4L);
  }

  @Test
  void aNewOwnerGoesOnWhereTheOldOneWas() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB, CAROL), sent("m1")));

    newOwner().handle(List.of(sent("m2")));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L);
    assertThat(told.to(CAROL)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void anOwnerWhoDoesNotKnowThatHeHasBeenReplacedOverwritesNothing() throws InterruptedException {
    FanoutPartition zombie = newOwner();
    zombie.handle(List.of(created(ALICE, BOB)));
    owner.handle(List.of(sent("m1"), sent("m2")));

    zombie.handle(List.of(sent("m1"), sent("m2"), sent("m3")));
    owner.handle(List.of(sent("m3"), sent("m4")));

    assertThat(store.ids(SESSION)).hasSize(5).doesNotHaveDuplicates();
    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(store.clientMsgIds(SESSION)).containsExactly("m1", "m2", "m3", "m4");
    assertThat(meters.get("hongyan.push.messages.stored").counter().count()).isEqualTo(5);
  }

  @Test
  void whenStoringFailsPlacesAreCountedAnew() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB)));
    store.failNextInsertAfter(1);
    assertThatThrownBy(() -> owner.handle(List.of(sent("m1"), sent("m2"), sent("m3"))))
        .isInstanceOf(HongyanException.class);

    owner.handle(List.of(sent("m1"), sent("m2"), sent("m3")));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(store.clientMsgIds(SESSION)).containsExactly("m1", "m2", "m3");
  }

  @Test
  void whenTheOutboxesCannotBeToldTheBatchComesAgainAndKeepsItsPlaces()
      throws InterruptedException {
    told.failing = true;
    assertThatThrownBy(() -> owner.handle(List.of(created(ALICE, BOB), sent("m1"))))
        .isInstanceOf(HongyanException.class);
    told.failing = false;

    owner.handle(List.of(created(ALICE, BOB), sent("m1")));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L);
    assertThat(told.to(BOB)).containsExactly(1L, 2L);
  }

  @Test
  void receiversAreThoseWhoWereMembersAtTheMessagesPlaceAlsoWhenItComesAgain()
      throws InterruptedException {
    SessionChanged carolLeaves =
        changed(2, "session_remove_user", List.of(), List.of(CAROL), ALICE, BOB);
    owner.handle(List.of(created(ALICE, BOB, CAROL), sent("m1"), carolLeaves, sent("m2")));
    assertThat(told.to(CAROL)).containsExactly(1L, 2L, 3L);
    assertThat(told.leavers()).containsExactly(CAROL);
    told.events.clear();

    newOwner().handle(List.of(sent("m1"), carolLeaves, sent("m2")));

    assertThat(told.to(CAROL)).containsExactly(2L, 3L);
    assertThat(told.to(BOB)).containsExactly(2L, 3L, 4L);
  }

  @Test
  void theSenderGetsNotHisOwnMessageButTheNoticeOfHisOwnChange() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1")));

    assertThat(told.to(ALICE)).containsExactly(1L);
  }

  @Test
  void whatNobodyHasJudgedReachesNobody() {
    MessageReceived unjudged = received("m1");

    assertThatThrownBy(() -> owner.handle(List.of(created(ALICE, BOB), unjudged)))
        .isInstanceOfSatisfying(
            PoisonEventException.class, poison -> assertThat(poison.index()).isEqualTo(1));
    assertThat(store.seqs(SESSION)).isEmpty();
    assertThat(told.events).isEmpty();
  }

  @Test
  void anEventOfALaterVersionIsNotPassedOver() {
    List<SessionEvent> batch =
        List.of(created(ALICE, BOB), sent("m1"), new SessionEvent.Unknown(SESSION));

    assertThatThrownBy(() -> owner.handle(batch))
        .isInstanceOfSatisfying(
            PoisonEventException.class, poison -> assertThat(poison.index()).isEqualTo(2));
  }

  @Test
  void senderRecallsHisMessageInTime() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB, CAROL), sent("m1"), recall("m1", ALICE, IN_TIME)));

    assertThat(decisions()).containsExactly("r-m1 OK");
    assertThat(store.isRecalled(id("m1"))).isTrue();
    assertThat(told.recalls).hasSize(2);
    assertThat(told.recalls).allMatch(recalled -> recalled.message().equals(id("m1")));
    assertThat(told.recalls.stream().flatMap(recalled -> recalled.holders().stream()))
        .as("who has an entry")
        .containsExactly(BOB, CAROL);
    assertThat(told.recalls.stream().flatMap(recalled -> recalled.notice().receivers().stream()))
        .as("who may have to be told, the sender's other devices too")
        .containsExactly(ALICE, BOB, CAROL);
    assertThat(told.recalls.getFirst().notice().seq()).isEqualTo(3);
    assertThat(told.recalls.getFirst().notice().content().other())
        .containsEntry("event", "msg_cancel")
        .containsEntry("messagerecvId", id("m1").value())
        .containsEntry("seq", 2L)
        .containsEntry("actor", "alice");
  }

  @Test
  void aRecallCannotOvertakeItsMessageAndWhatComesLaterComesLater() throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB), recall("m1", ALICE, IN_TIME), sent("m1"), sent("m2"), sent("m3")));
    assertThat(decisions()).containsExactly("r-m1 NOT_FOUND");
    answers.clear();

    owner.handle(List.of(sent("m4"), recall("m4", ALICE, IN_TIME), sent("m5")));

    assertThat(decisions()).containsExactly("r-m4 OK");
    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
    assertThat(told.to(BOB)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L, 7L);
  }

  @Test
  void aSenderWhoIsLateIsRefusedAndTheOwnerIsNot() throws InterruptedException {
    long late = SENT_AT + WINDOW.toMillis() + 1;
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), recall("m1", ALICE, late)));

    assertThat(decisions()).containsExactly("r-m1 CONFLICT");
    assertThat(store.isRecalled(id("m1"))).isFalse();
    assertThat(told.recalls).isEmpty();
    answers.clear();

    owner.handle(List.of(recallOfKeeper("m1", CAROL, late), recall("m1", ALICE, late)));

    assertThat(decisions())
        .as("what is recalled stays so, for whoever asks again")
        .containsExactly("r-m1 OK", "r-m1 OK");
  }

  @Test
  void theLastMomentOfTheWindowIsInTime() throws InterruptedException {
    long last = SENT_AT + WINDOW.toMillis();
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), recall("m1", ALICE, last)));

    assertThat(decisions()).containsExactly("r-m1 OK");
  }

  @Test
  void nobodyRecallsWhatAnotherSentOrWhatTheServerTold() throws InterruptedException {
    SessionChanged created = created(ALICE, BOB);
    owner.handle(List.of(created, sent("m1"), recall("m1", BOB, IN_TIME)));
    owner.handle(List.of(recall(ChangeNotice.id(created), ALICE, true)));

    assertThat(answers).extracting(RequestAnswered::errcode).containsOnly(ErrorCode.FORBIDDEN);
    assertThat(answers).hasSize(2);
    assertThat(told.recalls).isEmpty();
  }

  @Test
  void aMessageOfAnotherSessionIsNotFound() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1")));
    SessionId other = new SessionId("s2");

    owner.handle(List.of(new RecallRequested(id("m1"), other, ALICE, true, "r", IN_TIME)));

    assertThat(answers).extracting(RequestAnswered::errcode).containsExactly(ErrorCode.NOT_FOUND);
    assertThat(store.isRecalled(id("m1"))).isFalse();
  }

  @Test
  void aRecallThatComesAgainIsCarriedOutAgainInItsPlace() throws InterruptedException {
    List<SessionEvent> batch = List.of(created(ALICE, BOB), sent("m1"), sent("m2"));
    owner.handle(batch);
    RecallRequested recall = recall("m1", ALICE, IN_TIME);
    told.failing = true;
    assertThatThrownBy(() -> owner.handle(List.of(recall))).isInstanceOf(HongyanException.class);
    assertThat(answers).isEmpty();
    told.failing = false;

    newOwner().handle(List.of(recall, sent("m3")));
    newOwner().handle(List.of(recall));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L, 5L);
    assertThat(told.recalls).extracting(recalled -> recalled.notice().seq()).containsOnly(4L);
    assertThat(decisions()).containsExactly("r-m1 OK", "r-m1 OK");
  }

  @Test
  void aRecallWhoseNoticeIsNotStoredCountsItsPlaceAnew() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1")));
    store.failNextInsertAfter(0);
    RecallRequested recall = recall("m1", ALICE, IN_TIME);
    assertThatThrownBy(() -> owner.handle(List.of(recall))).isInstanceOf(HongyanException.class);
    assertThat(store.isRecalled(id("m1"))).isTrue();

    owner.handle(List.of(recall, sent("m2")));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void whoHasLeftKeepsNoEntryAndIsNotTold() throws InterruptedException {
    SessionChanged carolLeaves =
        changed(2, "session_remove_user", List.of(), List.of(CAROL), ALICE, BOB);
    owner.handle(List.of(created(ALICE, BOB, CAROL), sent("m1"), carolLeaves));

    newOwner().handle(List.of(recall("m1", ALICE, IN_TIME)));

    assertThat(told.recalls.stream().flatMap(recalled -> recalled.holders().stream()))
        .containsExactly(BOB, CAROL);
    assertThat(told.recalls.stream().flatMap(recalled -> recalled.notice().receivers().stream()))
        .containsExactly(ALICE, BOB);
  }

  @Test
  void senderEditsHisMessageAndAllAreToldInTheSessionsOrder() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), edit("m1", ALICE, "new"), sent("m2")));

    assertThat(decisions()).containsExactly("e-new OK");
    assertThat(store.textOf(id("m1"))).isEqualTo("new");
    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(told.to(BOB)).containsExactly(1L, 2L, 3L, 4L);
    assertThat(told.to(ALICE)).as("her other devices").containsExactly(1L, 3L);
    Deliver notice = told.events.get(told.events.size() - 2);
    assertThat(notice.content().other())
        .containsEntry("event", "msg_edit")
        .containsEntry("messagerecvId", id("m1").value())
        .containsEntry("content", Map.of("type", "text", "text", "new"));
  }

  @Test
  void nobodyElseEditsAMessageAndNotForEverAndNotWhatWasRecalled() throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB),
            sent("m1"),
            sent("m2"),
            edit("m1", BOB, "by bob"),
            edit("nosuch", ALICE, "of nothing"),
            edit("m1", ALICE, "late", SENT_AT + Duration.ofHours(1).toMillis() + 1),
            recall("m2", ALICE, IN_TIME),
            edit("m2", ALICE, "again")));

    assertThat(decisions())
        .containsExactly(
            "e-by bob FORBIDDEN",
            "e-of nothing NOT_FOUND",
            "e-late CONFLICT",
            "r-m2 OK",
            "e-again CONFLICT");
    assertThat(store.textOf(id("m1"))).isEqualTo("m1");
  }

  @Test
  void anEditThatChangesNothingIsDoneAndTellsNobody() throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB),
            sent("m1"),
            edit("m1", ALICE, "new"),
            edit("m1", ALICE, "new", IN_TIME + 1)));

    assertThat(decisions()).containsExactly("e-new OK", "e-new OK");
    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void anEditThatComesAgainAfterLaterOnesTakesNothingBack() throws InterruptedException {
    List<SessionEvent> batch =
        List.of(
            created(ALICE, BOB), sent("m1"), edit("m1", ALICE, "one"), edit("m1", ALICE, "two"));
    owner.handle(batch);

    newOwner().handle(batch.subList(0, 3));

    assertThat(store.textOf(id("m1"))).isEqualTo("two");
    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L, 4L);
  }

  @Test
  void anEditWhoseNoticeIsStoredIsCarriedOutWhenItComesAgain() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1")));
    store.failNextChange();
    assertThatThrownBy(() -> owner.handle(List.of(edit("m1", ALICE, "new"))))
        .isInstanceOf(HongyanException.class);
    assertThat(store.textOf(id("m1"))).isEqualTo("m1");

    newOwner().handle(List.of(edit("m1", ALICE, "new")));

    assertThat(store.textOf(id("m1"))).isEqualTo("new");
    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L);
    assertThat(told.to(BOB)).containsExactly(1L, 2L, 3L);
    assertThat(decisions()).containsExactly("e-new OK");
  }

  @Test
  void aMessageIsNotEditedMoreOftenThanAllowed() throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB),
            sent("m1"),
            edit("m1", ALICE, "one"),
            edit("m1", ALICE, "two"),
            edit("m1", ALICE, "three"),
            edit("m1", ALICE, "two")));

    assertThat(decisions()).containsExactly("e-one OK", "e-two OK", "e-three CONFLICT", "e-two OK");
  }

  @Test
  void aRecallTakesBackWhatAMessageSaidSinceAsWell() throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB, CAROL),
            sent("m1"),
            edit("m1", ALICE, "new"),
            recall("m1", ALICE, IN_TIME)));

    MessageId notice = MessageId.ofChange(id("m1"), "e-new");
    assertThat(store.isRecalled(notice)).isTrue();
    assertThat(
            told.recalls.stream()
                .filter(recalled -> recalled.message().equals(notice))
                .flatMap(recalled -> recalled.holders().stream()))
        .containsExactly(ALICE, BOB, CAROL);
    assertThat(
            told.recalls.stream()
                .filter(recalled -> recalled.message().equals(id("m1")))
                .flatMap(recalled -> recalled.holders().stream()))
        .containsExactly(BOB, CAROL);
  }

  @Test
  void whatNobodyHasJudgedChangesNoMessage() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1")));
    EditRequested unjudged = edit("m1", ALICE, "new").edit();

    assertThatThrownBy(() -> owner.handle(List.of(unjudged)))
        .isInstanceOf(PoisonEventException.class);
    assertThat(store.textOf(id("m1"))).isEqualTo("m1");
  }

  @Test
  void membersReactOnceEachAndTakeItBack() throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB),
            sent("m1"),
            react("m1", BOB, "+1", false, "r1"),
            react("m1", BOB, "+1", false, "r2"),
            react("m1", ALICE, "+1", false, "r3"),
            react("m1", BOB, "+1", true, "r4"),
            react("m1", BOB, "+1", true, "r5")));

    assertThat(decisions()).containsExactly("r1 OK", "r2 OK", "r3 OK", "r4 OK", "r5 OK");
    assertThat(store.reactionsTo(id("m1"))).containsExactly(new Reaction(ALICE, "+1"));
    assertThat(told.to(BOB))
        .as("what changed nothing is not told")
        .containsExactly(1L, 2L, 3L, 4L, 5L);
  }

  @Test
  void reactionsHaveALimitAndRecalledMessagesTakeNone() throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB),
            sent("m1"),
            react("m1", BOB, "a", false, "r1"),
            react("m1", BOB, "b", false, "r2"),
            react("m1", BOB, "c", false, "r3"),
            react("m1", BOB, "b", false, "r4"),
            recall("m1", ALICE, IN_TIME),
            react("m1", BOB, "b", true, "r5"),
            react("nosuch", BOB, "b", true, "r6")));

    assertThat(decisions())
        .containsExactly(
            "r1 OK", "r2 OK", "r3 CONFLICT", "r4 OK", "r-m1 OK", "r5 CONFLICT", "r6 NOT_FOUND");
  }

  @Test
  void aRejectedMessageKeepsItsPlaceAndItsSenderAloneHearsOfIt() throws InterruptedException {
    MessageRejected rejected = new MessageRejected(received("m1"), "words: x");
    owner.handle(List.of(created(ALICE, BOB), rejected, sent("m2")));
    owner.handle(List.of(rejected));

    assertThat(store.seqs(SESSION)).containsExactly(1L, 2L, 3L);
    assertThat(told.to(BOB)).containsExactly(1L, 3L);
    assertThat(told.to(ALICE)).containsExactly(1L, 2L, 2L);
    Deliver verdict = told.events.get(told.events.size() - 1);
    assertThat(verdict.content().other())
        .containsEntry("event", "msg_verdict")
        .containsEntry("errcode", 8)
        .containsEntry("clientMsgId", "m1");
    assertThat(verdict.content().toString()).doesNotContain("words: x");
    assertThat(told.noticed()).containsExactly("alice: m1 8", "alice: m1 8");
  }

  @Test
  void whatWasDecidedFirstStaysAlsoWhereTheListsHaveChanged() throws InterruptedException {
    owner.handle(
        List.of(created(ALICE, BOB), new MessageRejected(received("m1"), "x"), sent("m2")));
    told.events.clear();

    newOwner().handle(List.of(sent("m1"), new MessageRejected(received("m2"), "x")));

    assertThat(told.to(BOB)).containsExactly(3L);
    assertThat(told.to(ALICE)).containsExactly(2L);
  }

  @Test
  void aRejectedMessageIsThereForNobodyAndARejectedEditChangesNothing()
      throws InterruptedException {
    owner.handle(
        List.of(
            created(ALICE, BOB),
            new MessageRejected(received("m1"), "x"),
            sent("m2"),
            recall("m1", ALICE, IN_TIME),
            react("m1", BOB, "+1", false, "r1"),
            new EditRejected(edit("m2", ALICE, "bad").edit(), "x")));

    assertThat(decisions()).containsExactly("r-m1 NOT_FOUND", "r1 NOT_FOUND", "e-bad REJECTED");
    assertThat(store.textOf(id("m2"))).isEqualTo("m2");
  }

  private static EditModerated edit(String name, UserId actor, String text) {
    return edit(name, actor, text, IN_TIME);
  }

  private static EditModerated edit(String name, UserId actor, String text, long at) {
    return new EditModerated(
        new EditRequested(id(name), SESSION, actor, Content.ofText(text), "e-" + text, at), null);
  }

  private static ReactionRequested react(
      String name, UserId actor, String reaction, boolean remove, String request) {
    return new ReactionRequested(id(name), SESSION, actor, reaction, remove, request, IN_TIME);
  }

  @Test
  void whoComesIntoASessionBeginsToReadThere() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), sent("m2")));
    owner.handle(
        List.of(changed(2, "session_add_user", List.of(CAROL), List.of(), ALICE, BOB, CAROL)));
    owner.handle(List.of(created(ALICE, BOB)));

    assertThat(positions.seq(SESSION, BOB)).isEqualTo(1);
    assertThat(positions.seq(SESSION, CAROL)).isEqualTo(4);
  }

  @Test
  void whatAMemberHasReadIsToldToAllWhoAreInTheSessionHimselfIncluded()
      throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), read(BOB, 2)));

    assertThat(positions.seq(SESSION, BOB)).isEqualTo(2);
    assertThat(told.noticed()).containsExactly("alice: bob 2", "bob: bob 2");
  }

  @Test
  void aPositionNeverGoesBackAndNobodyIsToldTwice() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), sent("m2"), read(BOB, 3)));
    told.notices.clear();

    owner.handle(List.of(read(BOB, 2), read(BOB, 3)));
    newOwner().handle(List.of(read(BOB, 2)));

    assertThat(positions.seq(SESSION, BOB)).isEqualTo(3);
    assertThat(told.noticed()).doesNotContain("alice: bob 3");
  }

  @Test
  void nobodyHasReadWhatIsNotThere() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), read(BOB, 1_000), sent("m2")));

    assertThat(positions.seq(SESSION, BOB)).isEqualTo(3);
  }

  @Test
  void reportsOfABatchCostOneCommand() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1"), sent("m2")));
    positions.writes().clear();

    owner.handle(List.of(read(BOB, 1), read(BOB, 2), read(ALICE, 3), read(BOB, 3)));

    assertThat(positions.writes()).containsExactly(2);
    assertThat(told.noticed()).contains("alice: bob 3").doesNotContain("alice: bob 2");
  }

  @Test
  void reportsOfThoseWhoHaveLeftCountForNothing() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1")));
    owner.handle(
        List.of(
            changed(2, "session_exit", List.of(), List.of(BOB), ALICE), sent("m2"), read(BOB, 4)));

    assertThat(positions.seq(SESSION, BOB)).isEqualTo(1);
    assertThat(told.noticed()).isEmpty();
  }

  @Test
  void inALargeSessionOnlyTheReaderHimselfIsTold() throws InterruptedException {
    UserId dave = new UserId("dave");
    owner.handle(List.of(created(ALICE, BOB, CAROL, dave), sent("m1"), read(BOB, 2)));

    assertThat(positions.seq(SESSION, BOB)).isEqualTo(2);
    assertThat(told.noticed()).containsExactly("bob: bob 2");
  }

  @Test
  void whenTheOthersCannotBeToldTheReportComesAgainAndTheyAre() throws InterruptedException {
    owner.handle(List.of(created(ALICE, BOB), sent("m1")));
    told.failing = true;
    assertThatThrownBy(() -> owner.handle(List.of(read(BOB, 2))))
        .isInstanceOf(HongyanException.class);
    told.failing = false;

    owner.handle(List.of(read(BOB, 2)));

    assertThat(told.noticed()).containsExactly("alice: bob 2", "bob: bob 2");
  }

  private static ReadReported read(UserId reader, long seq) {
    return new ReadReported(SESSION, reader, seq, IN_TIME);
  }

  private static MessageId id(String name) {
    return MessageId.of(ALICE, null, name, SESSION);
  }

  private static RecallRequested recall(String name, UserId actor, long at) {
    return new RecallRequested(id(name), SESSION, actor, false, "r-" + name, at);
  }

  private static RecallRequested recallOfKeeper(String name, UserId actor, long at) {
    return new RecallRequested(id(name), SESSION, actor, true, "r-" + name, at);
  }

  private static RecallRequested recall(MessageId message, UserId actor, boolean keeper) {
    return new RecallRequested(message, SESSION, actor, keeper, "r", IN_TIME);
  }

  private List<String> decisions() {
    return answers.stream().map(answer -> answer.request() + " " + answer.errcode()).toList();
  }

  private FanoutPartition newOwner() {
    return new FanoutPartition(
        store,
        contents,
        told,
        session -> List.of(),
        new FanoutMetrics(meters),
        positions,
        new MessageChangeRules(
            new MessageChangeProperties(WINDOW, Duration.ofHours(1), 2, 2), contents),
        answers::add,
        new FanoutProperties(100, 3, Duration.ofSeconds(5)));
  }

  private static SessionEvent sent(String name) {
    return new MessageModerated(received(name), null);
  }

  private static MessageReceived received(String name) {
    return new MessageReceived(
        MessageId.of(ALICE, null, name, SESSION),
        SESSION,
        ALICE,
        null,
        name,
        Content.ofText(name),
        0,
        SENT_AT);
  }

  private static SessionChanged created(UserId... members) {
    return changed(1, "session_create", List.of(members), List.of(), members);
  }

  private static SessionChanged changed(
      long version, String change, List<UserId> added, List<UserId> removed, UserId... members) {
    SessionView after =
        new SessionView(
            SESSION,
            ALICE,
            ALICE,
            List.of(members),
            List.of(),
            SessionKind.GROUP,
            null,
            null,
            SessionView.VALID,
            version,
            1,
            1,
            null);
    return new SessionChanged(after, change, ALICE, added, removed, 1_000);
  }

  private static final class Told implements Deliveries {
    private final List<Deliver> events = new ArrayList<>();
    private final List<Recalled> recalls = new ArrayList<>();
    private final List<Notified> notices = new ArrayList<>();
    private boolean failing;

    @Override
    public int partitionOf(UserId receiver) {
      return receiver.equals(ALICE) ? 0 : 1;
    }

    @Override
    public CompletableFuture<@Nullable Void> publish(int partition, ReceiverEvent event) {
      return publishInOrder(List.of(new Placed<>(partition, event)));
    }

    @Override
    public CompletableFuture<@Nullable Void> publishInOrder(List<Placed<ReceiverEvent>> placed) {
      if (failing) {
        return CompletableFuture.failedFuture(new IllegalStateException("no broker"));
      }
      for (Placed<ReceiverEvent> each : placed) {
        switch (each.event()) {
          case Recalled recalled -> {
            recalls.add(recalled);
            events.add(recalled.notice());
          }
          case Notified notified -> notices.add(notified);
          default -> events.add((Deliver) each.event());
        }
      }
      return CompletableFuture.completedFuture(null);
    }

    List<Long> to(UserId receiver) {
      return events.stream()
          .filter(event -> event.receivers().contains(receiver))
          .map(Deliver::seq)
          .toList();
    }

    /** Who has been told what that is not kept, in the order of telling. */
    List<String> noticed() {
      return notices.stream()
          .flatMap(
              notice ->
                  notice.receivers().stream()
                      .map(
                          user ->
                              user
                                  + ": "
                                  + switch (notice.message()) {
                                    case MsgReadNotice read -> read.user() + " " + read.seq();
                                    case MsgVerdict verdict ->
                                        verdict.clientMsgId() + " " + verdict.errcode();
                                    default -> "something else";
                                  }))
          .toList();
    }

    List<UserId> leavers() {
      return events.stream().flatMap(event -> event.leavers().stream()).toList();
    }
  }
}
