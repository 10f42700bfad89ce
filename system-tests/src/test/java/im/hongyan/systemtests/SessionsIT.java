package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.ContentType;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;
import im.hongyan.model.wire.ServerMessage.StatusNotice;
import im.hongyan.model.wire.SessionView;
import im.hongyan.model.wire.UserStatus;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.UnderTest;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Who may open, join, leave and remove. */
@ExtendWith({UnderTest.class, Gathering.class})
class SessionsIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void chatOfTwoIsTheSameWhoeverOpensIt(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);

    assertThat(alice.opensChatWith(bob)).isEqualTo(bob.opensChatWith(alice));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void groupGrowsShrinksAndPassesOn(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    Person carol = people.named("carol").connects(transport);
    SessionId group = alice.opensGroupWith(bob);

    SessionView grown =
        session(alice.asks(new ClientMessage.SessionAddUser(group, List.of(carol.id()))));
    assertThat(grown.members()).containsExactly(alice.id(), bob.id(), carol.id());

    SessionView passedOn = session(alice.asks(new ClientMessage.SessionExit(group)));
    assertThat(passedOn.members()).containsExactly(bob.id(), carol.id());
    assertThat(passedOn.owner()).isEqualTo(bob.id());
    assertThat(passedOn.creator()).isEqualTo(alice.id());

    assertThat(alice.asks(send(group)).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    bob.sends("without alice").to(group);
    carol.receives("without alice");
  }

  @Test
  void everyChangeReachesAllMembersAndTheRemovedOneInOrder() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    Person carol = people.named("carol").connects(Transport.MQTT_5);
    SessionId group = alice.opensGroupWith(bob, carol);
    alice.sends("before").to(group);
    alice.asks(new ClientMessage.SessionRemoveUser(group, List.of(carol.id())));

    for (Person member : List.of(bob, carol)) {
      assertThat(member.nextPush().content().type()).isEqualTo(ContentType.SYSTEM);
      assertThat(member.nextPush().content().text()).isEqualTo("before");
      ServerMessage.MsgPush notice = member.nextPush();
      assertThat(notice.content().type()).isEqualTo(ContentType.SYSTEM);
      assertThat(notice.content().other()).containsEntry("event", "session_remove_user");
    }
  }

  @Test
  void nobodyIsAddedToAChatOfTwo() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    Person carol = people.named("carol");
    SessionId chat = alice.opensChatWith(bob);

    Reply refused = alice.asks(new ClientMessage.SessionAddUser(chat, List.of(carol.id())));

    assertThat(refused.errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(refused.errmsg()).contains("group");
  }

  @Test
  void inviterRemovesWhomHeInvitedAndNobodyElse() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    Person carol = people.named("carol");
    Person dave = people.named("dave");
    SessionId group = alice.opensGroupWith(bob, dave);
    assertThat(bob.asks(new ClientMessage.SessionAddUser(group, List.of(carol.id()))).isOk())
        .isTrue();

    assertThat(bob.asks(remove(group, dave)).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(bob.asks(remove(group, alice)).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(bob.asks(remove(group, carol)).errcode()).isEqualTo(ErrorCode.OK);
  }

  @Test
  void sessionWithoutMembersTakesNoMessages() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId group = alice.opensGroupWith(bob);
    alice.asks(new ClientMessage.SessionExit(group));
    SessionView empty = session(bob.asks(new ClientMessage.SessionExit(group)));

    assertThat(empty.status()).isEqualTo(SessionView.INVALID);
    assertThat(bob.asks(send(group)).errcode()).isEqualTo(ErrorCode.CONFLICT);
  }

  @Test
  void outsiderAndUnknownSessionAreToldApart() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    Person mallory = people.named("mallory").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);

    assertThat(mallory.asks(send(chat)).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(mallory.asks(send(new SessionId("nowhere"))).errcode())
        .isEqualTo(ErrorCode.NOT_FOUND);
  }

  private static ClientMessage send(SessionId session) {
    return new ClientMessage.MsgSend(
        session, "c1", im.hongyan.model.wire.Content.ofText("hi"), null);
  }

  private static ClientMessage remove(SessionId session, Person person) {
    return new ClientMessage.SessionRemoveUser(session, List.of(person.id()));
  }

  private static SessionView session(Reply reply) {
    assertThat(reply.errcode()).as(reply.toString()).isEqualTo(ErrorCode.OK);
    assertThat(reply.model()).isEqualTo("session");
    return reply.entities().get("session").get(reply.result().getFirst());
  }

  @Test
  void stateOfThePeerIsSeenInTheListOfSessions() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    SessionId chat = alice.opensChatWith(bob);
    SessionId group = alice.opensGroupWith(bob);
    assertThat(alice.seesInHisList(chat).own().peer()).isEqualTo(UserStatus.OFFLINE);

    bob.connects(Transport.MQTT_5);
    assertThat(alice.seesInHisList(chat).own().peer()).isEqualTo(UserStatus.ONLINE);
    bob.asks(new ClientMessage.SetStatus(UserStatus.BUSY));

    assertThat(alice.seesInHisList(chat).own().peer()).isEqualTo(UserStatus.BUSY);
    assertThat(alice.seesInHisList(group).own().peer()).isNull();
    assertThat(alice.gets("/api/v1/sessions/" + chat).get("own").get("peer").asString())
        .isEqualTo("busy");
    bob.asks(new ClientMessage.Logout());
    assertThat(alice.seesInHisList(chat).own().peer()).isEqualTo(UserStatus.OFFLINE);
  }

  @Test
  void peersOfAChatSeeSomebodyComeAndGo() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    alice.opensChatWith(bob);

    bob.connects(Transport.MQTT_3);
    assertThat(alice.nextNotice(StatusNotice.class))
        .isEqualTo(new StatusNotice(bob.id(), UserStatus.ONLINE));
    bob.asks(new ClientMessage.SetStatus(UserStatus.BUSY));
    assertThat(alice.nextNotice(StatusNotice.class))
        .isEqualTo(new StatusNotice(bob.id(), UserStatus.BUSY));
    bob.asks(new ClientMessage.Logout());
    assertThat(alice.nextNotice(StatusNotice.class))
        .isEqualTo(new StatusNotice(bob.id(), UserStatus.OFFLINE));
  }

  @Test
  void membersLearnWhatASessionIsCalledAndWhoAdministersIt() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId group = alice.opensGroupWith(bob);
    bob.nextPush();

    Reply refused = bob.asks(new ClientMessage.SessionUpdate(group, "Mine", null, null, null));
    Reply done =
        alice.asks(
            new ClientMessage.SessionUpdate(
                group, "Geese", "https://files.example/1.png", null, List.of(bob.id())));

    assertThat(refused.errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(done.errcode()).isEqualTo(ErrorCode.OK);
    assertThat(bob.nextPush().content().other())
        .containsEntry("event", "session_update")
        .containsEntry("kind", "group")
        .containsEntry("name", "Geese")
        .containsEntry("avatar", "https://files.example/1.png")
        .containsEntry("owner", alice.id().value())
        .containsEntry("admins", List.of(bob.id().value()));
    Awaitility.await()
        .atMost(Person.PATIENCE)
        .until(
            () ->
                bob.asks(new ClientMessage.SessionUpdate(group, "Ours", null, null, null)).isOk());
  }
}
