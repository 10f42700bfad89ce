package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.SessionId;
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

/** Somebody reacts to what another said. */
@ExtendWith({UnderTest.class, Gathering.class})
class ReactionIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void membersLearnOfAReactionAndHistoryShowsIt(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    SessionId chat = alice.opensChatWith(bob);
    Reply joke = alice.sends("a joke").to(chat);
    bob.receives("a joke");

    Reply reacted = bob.reacts(chat, joke, "\uD83D\uDE02");
    alice.sends("after").to(chat);

    assertThat(reacted.type()).isEqualTo("msg_react_reply");
    assertThat(reacted.errcode()).as(reacted.toString()).isEqualTo(ErrorCode.OK);
    alice.learnsOfTheReactionTo(joke, bob, "\uD83D\uDE02", false);
    bob.learnsOfTheReactionTo(joke, bob, "\uD83D\uDE02", false);
    bob.receives("after");
    JsonNode reactions = alice.findsInHistory(chat, joke).get("reactions");
    assertThat(reactions).hasSize(1);
    assertThat(reactions.get(0).get("reaction").asString()).isEqualTo("\uD83D\uDE02");
    assertThat(reactions.get(0).get("users").get(0).asString()).isEqualTo(bob.id().value());

    assertThat(bob.reactsNoMore(chat, joke, "\uD83D\uDE02").errcode()).isEqualTo(ErrorCode.OK);
    alice.learnsOfTheReactionTo(joke, bob, "\uD83D\uDE02", true);
    assertThat(alice.findsInHistory(chat, joke).has("reactions")).isFalse();
  }

  @Test
  void theSameReactionAgainIsToldOnce() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Reply joke = alice.sends("a joke").to(chat);
    for (int i = 0; i < 3; i++) {
      assertThat(bob.reacts(chat, joke, "+1").errcode()).isEqualTo(ErrorCode.OK);
    }
    bob.sends("after").to(chat);

    alice.learnsOfTheReactionTo(joke, bob, "+1", false);
    assertThat(alice.nextPush().content().text()).isEqualTo("after");
  }

  @Test
  void strangersDoNotReactAndNobodyReactsToWhatIsNotThere() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    Person mallory = people.named("mallory").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    SessionId other = alice.opensGroupWith(mallory);
    Reply joke = alice.sends("a joke").to(chat);

    assertThat(mallory.reacts(chat, joke, "+1").errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(mallory.reacts(other, joke, "+1").errcode()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(alice.recalls(chat, joke).errcode()).isEqualTo(ErrorCode.OK);
    assertThat(bob.reacts(chat, joke, "+1").errcode()).isEqualTo(ErrorCode.CONFLICT);
  }
}
