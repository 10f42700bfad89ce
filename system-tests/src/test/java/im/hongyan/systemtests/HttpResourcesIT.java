package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage.MsgReadNotice;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.UnderTest;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import tools.jackson.databind.JsonNode;

/** What is done to messages by the resources of the HTTP API is the same as by commands. */
@ExtendWith({UnderTest.class, Gathering.class})
class HttpResourcesIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @Test
  void messageIsEditedReactedToReadAndRecalled() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Reply sent = alice.sends("helo").to(chat);
    long seq = bob.receives("helo").seq();
    String session = "/api/v1/sessions/" + chat;
    String message = session + "/messages/" + sent.messageId();

    assertDone(
        alice.requests("PATCH", message, "{\"content\":{\"type\":\"text\",\"text\":\"hello\"}}"));
    bob.learnsOfTheEditOf(sent, alice, "hello");
    String thumb = message + "/reactions/%F0%9F%91%8D";
    assertDone(bob.requests("PUT", thumb));
    alice.learnsOfTheReactionTo(sent, bob, "\uD83D\uDC4D", false);
    assertDone(bob.requests("DELETE", thumb));
    alice.learnsOfTheReactionTo(sent, bob, "\uD83D\uDC4D", true);
    assertDone(bob.requests("PUT", session + "/read", "{\"seq\":" + seq + "}"));
    assertThat(alice.nextNotice(MsgReadNotice.class))
        .isEqualTo(new MsgReadNotice(chat, bob.id(), seq));
    assertRefused(bob.requests("PATCH", message, "{}"), 2);
    assertRefused(bob.requests("PUT", session + "/read", "[]"), 2);
    Person mallory = people.named("mallory").connects(Transport.MQTT_5);
    assertRefused(mallory.requests("DELETE", message), 4);
    assertDone(alice.requests("DELETE", message));
    bob.learnsOfTheRecallOf(sent, alice);
    assertRefused(bob.requests("PUT", thumb), 6);
  }

  private static void assertDone(JsonNode reply) {
    assertThat(reply.path("errcode").asInt(-1)).as(reply.toString()).isZero();
  }

  private static void assertRefused(JsonNode problem, int errcode) {
    assertThat(problem.path("errcode").asInt(-1)).as(problem.toString()).isEqualTo(errcode);
  }
}
