package im.hongyan.session.conversation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage.SessionUpdate;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ConversationTest {
  private static final SessionId ID = new SessionId("s1");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final UserId CAROL = new UserId("carol");
  private static final UserId DAVE = new UserId("dave");
  private static final UserId EVE = new UserId("eve");
  private static final int MAX = 5;

  @Test
  void theCreatorIsTheFirstOwnerAndAlwaysAMember() {
    Outcome.Changed created = created(SessionKind.GROUP, BOB, CAROL, ALICE, BOB);
    Conversation session = created.session();

    assertThat(session.creator()).isEqualTo(ALICE);
    assertThat(session.owner()).isEqualTo(ALICE);
    assertThat(session.members()).containsExactly(ALICE, BOB, CAROL);
    assertThat(session.version()).isEqualTo(1);
    assertThat(created.change()).isEqualTo("session_create");
    assertThat(created.added()).containsExactly(ALICE, BOB, CAROL);
  }

  @Test
  void oneInvitedMemberMakesASingleSession() {
    assertThat(kind(null, BOB)).isEqualTo(SessionKind.SINGLE);
    assertThat(kind(null, ALICE, BOB, BOB)).isEqualTo(SessionKind.SINGLE);
    assertThat(kind(SessionKind.SINGLE, BOB)).isEqualTo(SessionKind.SINGLE);
    assertThat(kind(SessionKind.GROUP, BOB)).isEqualTo(SessionKind.GROUP);
    assertThat(kind(SessionKind.GROUP, ALICE)).isEqualTo(SessionKind.GROUP);
    assertThat(kind(null, BOB, CAROL)).isEqualTo(SessionKind.GROUP);
  }

  @Test
  void aSessionWithOneselfOrASingleOneOfThreeIsRefused() {
    refused(() -> kind(null, ALICE), ErrorCode.BAD_REQUEST, "members");
    refused(() -> kind(SessionKind.SINGLE, BOB, CAROL), ErrorCode.BAD_REQUEST, "kind");
  }

  @Test
  void moreMembersThanAllowedAreRefusedWithBothNumbers() {
    UserId[] many =
        IntStream.range(0, MAX).mapToObj(i -> new UserId("u" + i)).toArray(UserId[]::new);

    refused(() -> kind(null, many), ErrorCode.BAD_REQUEST, "members: 6 (expected: at most 5)");
    refused(
        () -> group(BOB, CAROL).add(ALICE, List.of(DAVE, EVE, many[0]), MAX, 2),
        ErrorCode.BAD_REQUEST,
        "members: 6 (expected: at most 5)");
    assertThat(group(BOB, CAROL).add(ALICE, List.of(DAVE, EVE), MAX, 2).session().members())
        .hasSize(5);
  }

  @Test
  void everyMemberInvitesAndIsRemembered() {
    Conversation session = group(BOB).add(BOB, List.of(CAROL, ALICE), MAX, 9).session();

    assertThat(session.members()).containsExactly(ALICE, BOB, CAROL);
    assertThat(session.invitedBy()).containsEntry(CAROL, BOB).containsEntry(BOB, ALICE);
    assertThat(session.version()).isEqualTo(2);
    assertThat(session.updatedAt()).isEqualTo(9);
  }

  @Test
  void invitingMembersChangesNothing() {
    assertThat(group(BOB).add(ALICE, List.of(BOB), MAX, 2)).isInstanceOf(Outcome.Unchanged.class);
    assertThat(single().add(ALICE, List.of(BOB), MAX, 2)).isInstanceOf(Outcome.Unchanged.class);
  }

  @Test
  void strangersNeitherInviteNorRemoveNorLeaveNorChange() {
    Conversation session = group(BOB);
    refused(() -> session.add(EVE, List.of(EVE), MAX, 2), ErrorCode.FORBIDDEN, "eve");
    refused(() -> session.remove(EVE, List.of(BOB), 2), ErrorCode.FORBIDDEN, "eve");
    refused(() -> session.exit(EVE, 2), ErrorCode.FORBIDDEN, "eve");
    refused(() -> session.update(EVE, named("x"), 2), ErrorCode.FORBIDDEN, "eve");
  }

  @Test
  void aSingleSessionNeverGrows() {
    refused(() -> single().add(ALICE, List.of(CAROL), MAX, 2), ErrorCode.FORBIDDEN, "create one");
  }

  @Test
  void theOwnerRemovesAnyone() {
    Outcome.Changed removed =
        (Outcome.Changed) ranked().remove(ALICE, List.of(BOB, CAROL, DAVE), 3);

    assertThat(removed.session().members()).containsExactly(ALICE, EVE);
    assertThat(removed.session().admins()).isEmpty();
    assertThat(removed.removed()).containsExactly(BOB, CAROL, DAVE);
  }

  @Test
  void anAdminRemovesAnyoneButOwnerAndAdmins() {
    assertThat(ranked().remove(BOB, List.of(DAVE), 3).session().members()).doesNotContain(DAVE);
    refused(() -> ranked().remove(BOB, List.of(CAROL), 3), ErrorCode.FORBIDDEN, "carol");
    refused(() -> ranked().remove(BOB, List.of(ALICE), 3), ErrorCode.FORBIDDEN, "alice");
  }

  @Test
  void anInviterRemovesThoseWhomHeInvited() {
    Conversation session = group(BOB, CAROL).add(BOB, List.of(DAVE), MAX, 2).session();

    assertThat(session.remove(BOB, List.of(DAVE), 3).session().members()).doesNotContain(DAVE);
    refused(() -> session.remove(CAROL, List.of(DAVE), 3), ErrorCode.FORBIDDEN, "dave");
    refused(() -> session.remove(BOB, List.of(DAVE, CAROL), 3), ErrorCode.FORBIDDEN, "carol");
  }

  @Test
  void rankComesBeforeInvitation() {
    Conversation session =
        group(BOB)
            .add(BOB, List.of(CAROL), MAX, 2)
            .session()
            .update(ALICE, admins(CAROL), 3)
            .session();

    refused(() -> session.remove(BOB, List.of(CAROL), 4), ErrorCode.FORBIDDEN, "carol");
  }

  @Test
  void everyoneRemovesHimself() {
    assertThat(ranked().remove(EVE, List.of(EVE), 3).session().members()).doesNotContain(EVE);
    assertThat(ranked().exit(EVE, 3).session().members()).doesNotContain(EVE);
  }

  @Test
  void removingStrangersChangesNothing() {
    assertThat(group(BOB).remove(BOB, List.of(EVE), 2)).isInstanceOf(Outcome.Unchanged.class);
  }

  @Test
  void ownershipPassesToTheFirstAdminElseToTheFirstMember() {
    Conversation withAdmins = ranked().exit(ALICE, 3).session();
    assertThat(withAdmins.owner()).isEqualTo(BOB);
    assertThat(withAdmins.admins()).containsExactly(CAROL);
    assertThat(withAdmins.creator()).isEqualTo(ALICE);

    assertThat(group(CAROL, BOB).exit(ALICE, 3).session().owner()).isEqualTo(CAROL);
  }

  @Test
  void aSessionWithoutMembersIsInvalidAndTakesNothingMore() {
    Conversation ended = group(BOB).exit(BOB, 2).session().exit(ALICE, 3).session();

    assertThat(ended.view().status()).isEqualTo(SessionView.INVALID);
    assertThat(ended.owner()).isNull();
    assertThat(ended.creator()).isEqualTo(ALICE);
    refused(() -> ended.add(ALICE, List.of(BOB), MAX, 4), ErrorCode.CONFLICT, "ended");
    refused(() -> ended.exit(ALICE, 4), ErrorCode.CONFLICT, "ended");
  }

  @Test
  void creatingASingleSessionAgainBringsBackWhoHasLeft() {
    assertThat(single().reopen(BOB, ALICE, 2)).isInstanceOf(Outcome.Unchanged.class);

    Conversation left = single().exit(BOB, 2).session();
    Outcome.Changed back = (Outcome.Changed) left.reopen(BOB, ALICE, 3);
    assertThat(back.session().members()).containsExactly(ALICE, BOB);
    assertThat(back.added()).containsExactly(BOB);

    Conversation ended = left.exit(ALICE, 3).session();
    Conversation again = ended.reopen(BOB, ALICE, 4).session();
    assertThat(again.members()).containsExactly(BOB, ALICE);
    assertThat(again.owner()).isEqualTo(BOB);
    assertThat(again.creator()).isEqualTo(ALICE);
    assertThat(again.view().status()).isEqualTo(SessionView.VALID);
  }

  @Test
  void ownerAndAdminsNameTheSessionAndTheOwnerNamesAdmins() {
    assertThat(ranked().update(BOB, named("Geese"), 3).session().name()).isEqualTo("Geese");
    assertThat(ranked().update(ALICE, admins(DAVE, ALICE), 3).session().admins())
        .containsExactly(DAVE);
    refused(() -> ranked().update(EVE, named("x"), 3), ErrorCode.FORBIDDEN, "eve");
    refused(() -> ranked().update(BOB, admins(DAVE), 3), ErrorCode.FORBIDDEN, "bob");
    refused(
        () -> ranked().update(ALICE, admins(new UserId("zoe")), 3), ErrorCode.BAD_REQUEST, "zoe");
    assertThat(group(BOB).update(BOB, muted(), 3)).isInstanceOf(Outcome.Unchanged.class);
  }

  @Test
  void noSequenceOfRequestsBreaksTheInvariants() {
    List<UserId> users = List.of(ALICE, BOB, CAROL, DAVE, EVE, new UserId("zoe"));
    for (int seed = 0; seed < 300; seed++) {
      Random random = new Random(seed);
      boolean pair = random.nextBoolean();
      Conversation session = pair ? single() : group(BOB, CAROL);
      for (int step = 0; step < 60; step++) {
        UserId actor = users.get(random.nextInt(users.size()));
        Conversation before = session;
        try {
          Outcome outcome = anything(random, session, actor, users);
          session = outcome.session();
          long change = outcome instanceof Outcome.Changed ? 1 : 0;
          assertThat(session.version()).isEqualTo(before.version() + change);
          if (outcome instanceof Outcome.Changed changed) {
            List<UserId> expected = new ArrayList<>(before.members());
            expected.removeAll(changed.removed());
            expected.addAll(changed.added());
            assertThat(session.members()).isEqualTo(expected);
          }
        } catch (HongyanException e) {
          assertThat(e.code()).isIn(ErrorCode.FORBIDDEN, ErrorCode.CONFLICT, ErrorCode.BAD_REQUEST);
        }
        checkInvariants(session, pair);
      }
    }
  }

  private static Outcome anything(
      Random random, Conversation session, UserId actor, List<UserId> users) {
    List<UserId> some = users.stream().filter(user -> random.nextInt(3) == 0).toList();
    return switch (random.nextInt(5)) {
      case 0 -> session.add(actor, some, MAX, random.nextInt(100));
      case 1 -> session.remove(actor, some, random.nextInt(100));
      case 2 -> session.exit(actor, random.nextInt(100));
      case 3 ->
          session.kind() == SessionKind.SINGLE
              ? session.reopen(ALICE, BOB, random.nextInt(100))
              : new Outcome.Unchanged(session);
      default -> session.update(actor, admins(some.toArray(UserId[]::new)), random.nextInt(100));
    };
  }

  private static void checkInvariants(Conversation session, boolean pair) {
    assertThat(session.creator()).isEqualTo(ALICE);
    assertThat(new HashSet<>(session.members())).hasSameSizeAs(session.members());
    assertThat(session.members()).hasSizeLessThanOrEqualTo(pair ? 2 : MAX);
    if (pair) {
      assertThat(List.of(ALICE, BOB)).containsAll(session.members());
    }
    assertThat(session.valid()).isEqualTo(!session.members().isEmpty());
    if (session.valid()) {
      assertThat(session.members()).contains(session.owner());
    } else {
      assertThat(session.owner()).isNull();
    }
    assertThat(session.members()).containsAll(session.admins());
    assertThat(session.admins()).doesNotContain(session.owner());
    assertThat(session.members()).containsAll(session.invitedBy().keySet());
    assertThat(session.updatedAt()).isGreaterThanOrEqualTo(session.createdAt());
  }

  /** Alice owns, Bob and Carol are admins, Dave and Eve members. */
  private static Conversation ranked() {
    return group(BOB, CAROL, DAVE, EVE).update(ALICE, admins(CAROL, BOB), 2).session();
  }

  private static Conversation group(UserId... invited) {
    return created(SessionKind.GROUP, invited).session();
  }

  private static Conversation single() {
    return created(SessionKind.SINGLE, BOB).session();
  }

  private static Outcome.Changed created(SessionKind kind, UserId... invited) {
    return Conversation.create(ID, kind, ALICE, Arrays.asList(invited), null, 1);
  }

  private static SessionKind kind(SessionKind asked, UserId... invited) {
    return Conversation.kindOf(ALICE, Arrays.asList(invited), asked, MAX);
  }

  private static SessionUpdate named(String name) {
    return new SessionUpdate(ID, name, null, null, null);
  }

  private static SessionUpdate muted() {
    return new SessionUpdate(ID, null, null, true, null);
  }

  private static SessionUpdate admins(UserId... admins) {
    return new SessionUpdate(ID, null, null, null, Arrays.asList(admins));
  }

  private static void refused(ThrowingCallable request, ErrorCode code, String words) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(HongyanException.class, e -> assertThat(e.code()).isEqualTo(code))
        .hasMessageContaining(words);
  }
}
