package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.ServerMessage.MsgReadNotice;
import im.hongyan.model.wire.SessionView.Own;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.UnderTest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;

/** Somebody has read what others wrote. */
@ExtendWith({UnderTest.class, Gathering.class})
class ReadIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void peersSeeHowFarSomebodyHasRead(Transport transport) {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(transport);
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("one").to(chat);
    alice.sends("two").to(chat);
    bob.receives("one");
    long seq = bob.receives("two").seq();

    assertThat(bob.reads(chat, seq).errcode()).isEqualTo(ErrorCode.OK);

    assertThat(alice.nextNotice(MsgReadNotice.class))
        .isEqualTo(new MsgReadNotice(chat, bob.id(), seq));
    assertThat(readSoFar(alice, chat, bob)).isEqualTo(seq);
    assertThat(readSoFar(bob, chat, alice)).as("she came in with the first message").isEqualTo(1);
  }

  @Test
  void anotherDeviceOfTheReaderHearsOfIt() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    Person tablet = people.again(bob, "tablet").connects(Transport.MQTT_3);
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("one").to(chat);
    long seq = bob.receives("one").seq();

    bob.reads(chat, seq);

    assertThat(tablet.nextNotice(MsgReadNotice.class))
        .isEqualTo(new MsgReadNotice(chat, bob.id(), seq));
  }

  @Test
  void aPositionNeverGoesBackAndNobodyHasReadWhatIsNotThere() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("one").to(chat);
    long last = bob.receives("one").seq();

    bob.reads(chat, 1_000_000);
    Awaitility.await().atMost(Person.PATIENCE).until(() -> readSoFar(alice, chat, bob) == last);
    bob.reads(chat, 1);
    alice.sends("two").to(chat);
    long next = bob.receives("two").seq();
    assertThat(readSoFar(alice, chat, bob)).isEqualTo(last);
    bob.reads(chat, next);

    Awaitility.await().atMost(Person.PATIENCE).until(() -> readSoFar(alice, chat, bob) == next);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void listOfSessionsTellsTheLastMessageAndWhatIsUnread(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    SessionId chat = alice.opensChatWith(bob);
    assertThat(bob.seesInHisList(chat).own()).returns(0, Own::unread).returns(null, Own::last);
    alice.sends("one").to(chat);
    alice.sends("two").to(chat);
    bob.receives("one");
    long seq = bob.receives("two").seq();

    Own unread = bob.seesInHisList(chat).own();
    assertThat(unread).returns(2, Own::unread).returns(false, Own::muted);
    assertThat(unread.last().content().text()).isEqualTo("two");
    assertThat(unread.last().seq()).isEqualTo(seq);
    assertThat(alice.seesInHisList(chat).own().unread()).as("her own are read").isZero();

    bob.reads(chat, seq - 1);
    Awaitility.await()
        .atMost(Person.PATIENCE)
        .until(() -> Integer.valueOf(1).equals(bob.seesInHisList(chat).own().unread()));
    bob.asks(new ClientMessage.SessionUpdate(chat, null, null, true, null));
    assertThat(bob.seesInHisList(chat).own().muted()).isTrue();
    assertThat(bob.gets("/api/v1/sessions/" + chat).get("own").get("unread").asInt()).isEqualTo(1);
    assertThat(alice.seesInHisList(chat).own().muted()).isFalse();
  }

  @Test
  void strangersSeeNothingOfItAndHaveReadNothing() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    Person mallory = people.named("mallory").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("one").to(chat);

    assertThat(mallory.reads(chat, 1).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(mallory.gets("/api/v1/sessions/" + chat + "/reads").get("errcode").asInt())
        .isEqualTo(ErrorCode.FORBIDDEN.number());
  }

  private static long readSoFar(Person asking, SessionId session, Person reader) {
    JsonNode answer = asking.gets("/api/v1/sessions/" + session + "/reads");
    return answer
        .get("reads")
        .valueStream()
        .filter(read -> read.get("user").asString().equals(reader.id().value()))
        .mapToLong(read -> read.get("seq").asLong())
        .findFirst()
        .orElse(0);
  }
}
