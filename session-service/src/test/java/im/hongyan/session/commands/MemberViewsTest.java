package im.hongyan.session.commands;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.model.wire.SessionView.LastMessage;
import im.hongyan.model.wire.SessionView.Own;
import im.hongyan.model.wire.UserStatus;
import im.hongyan.push.client.PushServiceClient.Summaries;
import im.hongyan.push.client.PushServiceClient.Summary;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.store.SessionPage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class MemberViewsTest {
  private static final SessionId ONE = new SessionId("s1");
  private static final SessionId TWO = new SessionId("s2");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final LastMessage LAST =
      new LastMessage(new MessageId("m1"), 7, BOB, Content.ofText("hi"), null, 1_000);

  private final SessionPage page =
      new SessionPage(
          List.of(session(ONE, SessionKind.SINGLE), session(TWO, SessionKind.GROUP)),
          Set.of(TWO),
          null);

  @Test
  void eachSessionComesWithWhatConcernsItsMember() {
    MemberViews views =
        new MemberViews(
            new PushSummaries(
                query -> {
                  assertThat(query.member()).isEqualTo(ALICE);
                  return new Summaries(
                      List.of(new Summary(TWO, 0, 0, null), new Summary(ONE, 5, 2, LAST)));
                }),
            users -> {
              assertThat(users).containsExactly(BOB);
              return Map.of(BOB, UserStatus.BUSY);
            });

    assertThat(views.of(ALICE, page))
        .extracting(SessionView::own)
        .containsExactly(
            new Own(false, UserStatus.BUSY, 5L, 2, LAST), new Own(true, null, 0L, 0, null));
  }

  @Test
  void whileOthersAreDownSessionsComeWithoutWhatTheyKnow() {
    MemberViews views =
        new MemberViews(
            new PushSummaries(
                query -> {
                  throw HongyanException.unavailable("down", null);
                }),
            users -> Map.of());

    assertThat(views.of(ALICE, page))
        .extracting(SessionView::own)
        .containsExactly(
            new Own(false, null, null, null, null), new Own(true, null, null, null, null));
  }

  private static Conversation session(SessionId id, SessionKind kind) {
    return Conversation.create(id, kind, ALICE, List.of(BOB), null, 1_000).session();
  }
}
