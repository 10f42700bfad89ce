package im.hongyan.moderation.stream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.amqp.Partitioner;
import im.hongyan.amqp.PoisonEventException;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRejected;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.MessageRejected;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.moderation.verdict.ContentModerator;
import im.hongyan.moderation.verdict.Verdict;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class ModerationStageTest {
  private static final UserId ALICE = new UserId("alice");
  private static final SessionId SESSION = new SessionId("s1");
  private static final Partitioner PARTITIONER = new Partitioner(8);

  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final List<SessionEvent> published = new ArrayList<>();
  private CompletableFuture<Void> confirm = CompletableFuture.completedFuture(null);
  private final ModerationStage stage =
      new ModerationStage(
          ModerationStageTest::judge,
          new StreamPublisher<>() {
            @Override
            public CompletableFuture<Void> publish(String key, SessionEvent event) {
              throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<Void> publishTo(int partition, SessionEvent event) {
              throw new UnsupportedOperationException();
            }

            @Override
            public CompletableFuture<Void> publishInOrder(List<Placed<SessionEvent>> events) {
              for (Placed<SessionEvent> placed : events) {
                assertThat(placed.partition()).isEqualTo(PARTITIONER.partitionOf(SESSION.value()));
                published.add(placed.event());
              }
              return confirm;
            }
          },
          PARTITIONER,
          meters);

  private static Verdict judge(Content content) {
    return switch (String.valueOf(content.text())) {
      case "bad" -> new Verdict.Mask(Content.ofText("***"), List.of("bad"));
      case "worse" -> new Verdict.Reject("worse");
      case "unclear" -> new Verdict.Review("unclear");
      default -> Verdict.Pass.PASS;
    };
  }

  private static MessageReceived message(String text) {
    return new MessageReceived(
        MessageId.of(ALICE, null, text, SESSION),
        SESSION,
        ALICE,
        null,
        text,
        Content.ofText(text),
        0,
        1);
  }

  private static SessionChanged change() {
    SessionView view =
        new SessionView(
            SESSION,
            ALICE,
            ALICE,
            List.of(ALICE),
            List.of(),
            SessionKind.GROUP,
            null,
            null,
            SessionView.VALID,
            1,
            1,
            1,
            null);
    return new SessionChanged(view, "session_create", ALICE, List.of(ALICE), List.of(), 1);
  }

  @Test
  void batchKeepsItsOrderAndSessionChangesAndRecallsPassUntouched() throws InterruptedException {
    MessageReceived good = message("good");
    MessageReceived bad = message("bad");
    SessionChanged change = change();
    RecallRequested recall = new RecallRequested(good.id(), SESSION, ALICE, false, "request", 2);
    stage.handle(0, List.of(good, change, recall, bad));
    assertThat(published)
        .containsExactly(
            new MessageModerated(good, null),
            change,
            recall,
            new MessageModerated(bad, Content.ofText("***")));
    assertThat(meters.counter("hongyan.moderation.verdicts", "verdict", "pass").count()).isOne();
    assertThat(meters.counter("hongyan.moderation.verdicts", "verdict", "mask").count()).isOne();
  }

  @Test
  void editsAreJudgedLikeMessagesAndReactionsPassUntouched() throws InterruptedException {
    EditRequested good = edit("good");
    EditRequested bad = edit("bad");
    ReactionRequested reaction =
        new ReactionRequested(good.message(), SESSION, ALICE, "+1", false, "request", 2);
    stage.handle(0, List.of(bad, reaction, good));
    assertThat(published)
        .containsExactly(
            new EditModerated(bad, Content.ofText("***")), reaction, new EditModerated(good, null));
  }

  private static EditRequested edit(String text) {
    return new EditRequested(
        message("m").id(), SESSION, ALICE, Content.ofText(text), "request-" + text, 2);
  }

  @Test
  void anEventOfALaterVersionIsCountedAndBuriedNotDropped() {
    assertThatThrownBy(
            () -> stage.handle(0, List.of(message("good"), new SessionEvent.Unknown(SESSION))))
        .isInstanceOfSatisfying(
            PoisonEventException.class, poison -> assertThat(poison.index()).isOne());
    assertThat(meters.counter("hongyan.moderation.events.unknown").count()).isOne();
    assertThat(published).isEmpty();
  }

  @Test
  void batchIsNotDoneWhereAConfirmFails() {
    confirm = CompletableFuture.failedFuture(HongyanException.unavailable("down", null));
    assertThatThrownBy(() -> stage.handle(0, List.of(message("good"))))
        .isInstanceOf(HongyanException.class);
  }

  @Test
  void whatIsRejectedKeepsItsPlaceInTheOrder() throws InterruptedException {
    MessageReceived worse = message("worse");
    EditRequested edit = edit("worse");
    stage.handle(0, List.of(message("good"), worse, edit, message("bad")));
    assertThat(published)
        .containsExactly(
            new MessageModerated(message("good"), null),
            new MessageRejected(worse, "worse"),
            new EditRejected(edit, "worse"),
            new MessageModerated(message("bad"), Content.ofText("***")));
    assertThat(meters.counter("hongyan.moderation.verdicts", "verdict", "reject").count())
        .isEqualTo(2);
  }

  @Test
  void whatIsHeldReachesNobodyAndIsNotLost() {
    assertThatThrownBy(() -> stage.handle(0, List.of(message("good"), message("unclear"))))
        .isInstanceOfSatisfying(
            PoisonEventException.class, poison -> assertThat(poison.index()).isOne())
        .hasMessageContaining("unclear");
    assertThat(published).isEmpty();
  }

  @Test
  void moderatorThatCannotDecideLetsNothingThrough() {
    ContentModerator down =
        content -> {
          throw HongyanException.unavailable("provider down", null);
        };
    ModerationStage waiting = new ModerationStage(down, null, PARTITIONER, meters);
    assertThatThrownBy(() -> waiting.handle(0, List.of(message("good"))))
        .isInstanceOf(HongyanException.class);
  }
}
