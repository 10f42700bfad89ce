package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Reply;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.UnderTest;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** A user has several devices, and one of them was away. */
@ExtendWith({UnderTest.class, Gathering.class})
class DevicesIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @Test
  void everyDeviceThatIsThereGetsEverything() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person phone = people.named("bob").connects(Transport.MQTT_5);
    Person tablet = people.again(phone, "tablet").connects(Transport.MQTT_3);
    SessionId chat = alice.opensChatWith(phone);

    alice.sends("one").to(chat);
    alice.sends("two").to(chat);

    phone.receivesInOrder(List.of("one", "two"));
    tablet.receivesInOrder(List.of("one", "two"));
  }

  @Test
  void whatOneDeviceSendsTheOthersFindInTheSession() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person phone = people.named("bob").connects(Transport.MQTT_5);
    Person tablet = people.again(phone, "tablet").connects(Transport.MQTT_3);
    SessionId chat = alice.opensChatWith(phone);
    alice.sends("question").to(chat);
    long seen = tablet.receives("question").seq();

    Reply sent = phone.sends("answer").to(chat);

    assertThat(tablet.seesReplyToAnotherDevice()).isEqualTo(sent);
    assertThat(sent.session()).isEqualTo(chat);
    alice.receives("answer");
    JsonNode news =
        tablet.gets("/api/v1/sessions/" + chat + "/messages?after=" + seen).get("messages");
    assertThat(news).hasSize(1);
    assertThat(news.get(0).get("content").get("text").asString()).isEqualTo("answer");
    assertThat(news.get(0).get("clientMsgId").asString()).isEqualTo(sent.clientMsgId());
  }

  @Test
  void deviceThatWasAwayGetsAllThatAnotherHasGotInOrder() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person phone = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(phone);
    phone.nextPush();
    String sinceWhen = phone.gets("/api/v1/sync").get("next").asString();
    List<String> texts = IntStream.range(0, 30).mapToObj(i -> "t" + i).toList();
    List<Reply> accepted = new ArrayList<>();
    texts.forEach(text -> accepted.add(alice.sends(text).to(chat)));
    phone.receivesInOrder(texts);
    alice.edits(chat, accepted.get(3), "edited");
    phone.learnsOfTheEditOf(accepted.get(3), alice, "edited");
    alice.recalls(chat, accepted.get(4));
    phone.learnsOfTheRecallOf(accepted.get(4), alice);
    phone.reads(chat, 10);

    List<JsonNode> missed = new ArrayList<>();
    JsonNode part = phone.gets("/api/v1/sync?limit=7&after=" + sinceWhen);
    part.get("events").forEach(missed::add);
    while (part.get("more").asBoolean()) {
      part = phone.gets("/api/v1/sync?limit=7&after=" + part.get("next").asString());
      part.get("events").forEach(missed::add);
    }

    assertThat(missed.stream().map(event -> event.get("seq").asLong()))
        .isSorted()
        .doesNotHaveDuplicates()
        .hasSize(31);
    assertThat(missed.toString()).doesNotContain("\"t4\"").contains("\"edited\"");
    assertThat(missed.getLast().get("content").get("event").asString()).isEqualTo("msg_cancel");
    String last = part.get("next").asString();
    Awaitility.await()
        .atMost(Person.PATIENCE)
        .until(
            () ->
                phone
                    .gets("/api/v1/sync?after=" + last)
                    .get("reads")
                    .valueStream()
                    .anyMatch(
                        read ->
                            read.get("session").asString().equals(chat.value())
                                && read.get("seq").asLong() == 10));
    assertThat(phone.gets("/api/v1/sync?after=" + last).get("events")).isEmpty();
    assertThat(phone.gets("/api/v1/sync?after=nonsense").get("errcode").asInt()).isEqualTo(2);
  }
}
