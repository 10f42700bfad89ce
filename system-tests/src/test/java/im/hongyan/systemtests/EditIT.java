package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.UnderTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Somebody says something else than he did. */
@ExtendWith({UnderTest.class, Gathering.class})
class EditIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void membersLearnOfAnEditInOrderAndHistoryShowsIt(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    SessionId chat = alice.opensChatWith(bob);
    Reply greeting = alice.sends("helo").to(chat);
    bob.receives("helo");
    alice.sends("before").to(chat);

    Reply edited = alice.edits(chat, greeting, "hello");
    alice.sends("after").to(chat);

    assertThat(edited.type()).isEqualTo("msg_edit_reply");
    assertThat(edited.errcode()).as(edited.toString()).isEqualTo(ErrorCode.OK);
    assertThat(edited.messageId()).isEqualTo(greeting.messageId());
    bob.receives("before");
    bob.learnsOfTheEditOf(greeting, alice, "hello");
    bob.receives("after");
    alice.learnsOfTheEditOf(greeting, alice, "hello");
    JsonNode shown = bob.findsInHistory(chat, greeting);
    assertThat(shown.get("content").get("text").asString()).isEqualTo("hello");
    assertThat(shown.get("editedAt").asLong()).isPositive();
  }

  @Test
  void whoWasAwayGetsWhatTheMessageSaysNow() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    SessionId chat = alice.opensChatWith(bob);
    Reply greeting = alice.sends("helo").to(chat);
    alice.edits(chat, greeting, "hello");

    bob.connects(Transport.MQTT_5);

    bob.receives("hello");
    bob.learnsOfTheEditOf(greeting, alice, "hello");
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void nobodyElseEditsAMessageAndTheSameEditAgainIsToldOnce(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    SessionId chat = alice.opensGroupWith(bob);
    Reply hers = alice.sends("hers").to(chat);
    bob.receives("hers");

    assertThat(bob.edits(chat, hers, "his").errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(alice.edits(chat, hers, "new").errcode()).isEqualTo(ErrorCode.OK);
    assertThat(alice.edits(chat, hers, "new").errcode()).isEqualTo(ErrorCode.OK);
    alice.sends("after").to(chat);

    bob.learnsOfTheEditOf(hers, alice, "new");
    assertThat(bob.nextPush().content().text()).isEqualTo("after");
  }

  @Test
  void editSentBehindItsMessageWithoutWaitingNeverMissesIt() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Reply first = alice.sends("one").named("hasty").to(chat);
    alice.sends("two").named("hasty2").later(chat);
    alice.asksLater(new ClientMessage.MsgEdit(chat, first.messageId(), Content.ofText("uno")));
    alice.sends("three").to(chat);

    bob.receives("one");
    bob.receives("two");
    bob.learnsOfTheEditOf(first, alice, "uno");
    bob.receives("three");
  }

  @Test
  void whatWasRecalledShowsNoneOfWhatItSaid() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Reply secret = alice.sends("secret one").to(chat);
    bob.receives("secret one");
    alice.edits(chat, secret, "secret two");
    bob.learnsOfTheEditOf(secret, alice, "secret two");

    assertThat(alice.recalls(chat, secret).errcode()).isEqualTo(ErrorCode.OK);

    bob.learnsOfTheRecallOf(secret, alice);
    assertThat(alice.edits(chat, secret, "secret three").errcode()).isEqualTo(ErrorCode.CONFLICT);
    assertThat(bob.gets("/api/v1/sessions/" + chat + "/messages").toString())
        .doesNotContain("secret");
  }
}
