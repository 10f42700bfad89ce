package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.SessionId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.Suite;
import im.hongyan.systemtests.suite.UnderTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** Somebody looks at what was said. */
@ExtendWith({UnderTest.class, Gathering.class})
class HistoryIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @Test
  void whoComesLaterSeesWhatWasSaidSinceAndTheOthersSeeAll() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    Person carol = people.named("carol").connects(Transport.MQTT_5);
    SessionId group = alice.opensGroupWith(bob);
    alice.sends("before").to(group);
    alice.asks(new ClientMessage.SessionAddUser(group, List.of(carol.id())));
    alice.sends("after").to(group);
    carol.receives("after");

    assertThat(texts(carol, group, "")).containsExactly("after");
    assertThat(texts(carol, group, "?after=0")).containsExactly("after");
    assertThat(texts(carol, group, "?before=3")).isEmpty();
    assertThat(texts(bob, group, "")).containsExactly("before", "after");
    assertThat(carol.seesInHisList(group).own().unread()).isEqualTo(1);
  }

  @Test
  void whoIsBackSeesNothingOfTheMeantime() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId group = alice.opensGroupWith(bob);
    alice.sends("one").to(group);
    bob.receives("one");
    bob.asks(new ClientMessage.SessionExit(group));
    alice.sends("two").to(group);
    alice.asks(new ClientMessage.SessionAddUser(group, List.of(bob.id())));
    alice.sends("three").to(group);
    bob.receives("three");

    assertThat(texts(bob, group, "")).containsExactly("three");
  }

  @Test
  void anOperatorMayShowEverybodyEverything() throws Exception {
    try (Suite open = Suite.inOneProcess(Map.of("hongyan.push.history.from-joining", "false"));
        People others = new People(open)) {
      Person alice = others.named("alice").connects(Transport.MQTT_5);
      Person bob = others.named("bob").connects(Transport.MQTT_5);
      Person carol = others.named("carol").connects(Transport.MQTT_5);
      SessionId group = alice.opensGroupWith(bob);
      alice.sends("before").to(group);
      alice.asks(new ClientMessage.SessionAddUser(group, List.of(carol.id())));
      alice.sends("after").to(group);
      carol.receives("after");

      assertThat(texts(carol, group, "")).containsExactly("before", "after");
    }
  }

  private static List<String> texts(Person reader, SessionId session, String query) {
    return reader
        .gets("/api/v1/sessions/" + session + "/messages" + query)
        .get("messages")
        .valueStream()
        .map(message -> message.path("content").path("text"))
        .filter(JsonNode::isString)
        .map(JsonNode::asString)
        .toList();
  }
}
