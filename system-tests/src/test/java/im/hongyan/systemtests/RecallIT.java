package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.Suite;
import im.hongyan.systemtests.suite.UnderTest;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Somebody takes back what he, or another, has said. */
@ExtendWith({UnderTest.class, Gathering.class})
class RecallIT {
  private Suite suite;
  private People people;

  @BeforeEach
  void invite(Suite suite, People invited) {
    this.suite = suite;
    people = invited;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void senderRecallsAndWhoHasItLearnsOfItInOrder(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    SessionId chat = alice.opensChatWith(bob);
    Reply secret = alice.sends("a secret").to(chat);
    bob.receives("a secret");
    alice.sends("before").to(chat);

    Reply recalled = alice.recalls(chat, secret);
    alice.sends("after").to(chat);

    assertThat(recalled.type()).isEqualTo("msg_cancel_reply");
    assertThat(recalled.errcode()).as(recalled.toString()).isEqualTo(ErrorCode.OK);
    assertThat(recalled.messageId()).isEqualTo(secret.messageId());
    bob.receives("before");
    bob.learnsOfTheRecallOf(secret, alice);
    bob.receives("after");
    alice.learnsOfTheRecallOf(secret, alice);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void whoIsAwayNeverSeesWhatWasRecalledMeanwhile(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob");
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("one").to(chat);
    Reply secret = alice.sends("a secret").to(chat);
    alice.sends("two").to(chat);

    assertThat(alice.recalls(chat, secret).errcode()).isEqualTo(ErrorCode.OK);
    alice.sends("three").to(chat);
    bob.connects(transport);

    bob.receivesInOrder(List.of("one", "two", "three"));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void ownerAndAdminRecallWhatOthersSaidAndTheSenderLearnsOfIt(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    Person carol = people.named("carol").connects(transport);
    SessionId group = alice.opensGroupWith(bob, carol);
    assertThat(
            alice
                .asks(new ClientMessage.SessionUpdate(group, null, null, null, List.of(carol.id())))
                .errcode())
        .isEqualTo(ErrorCode.OK);
    Reply first = bob.sends("first").to(group);
    Reply second = bob.sends("second").to(group);

    assertThat(alice.recalls(group, first).errcode()).isEqualTo(ErrorCode.OK);
    bob.learnsOfTheRecallOf(first, alice);
    // That she is an admin now goes round by itself.
    Awaitility.await()
        .atMost(Person.PATIENCE)
        .until(() -> carol.recalls(group, second).errcode() == ErrorCode.OK);
    bob.learnsOfTheRecallOf(second, carol);
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void nobodyElseRecallsAnythingAndWhatIsNotThereIsNotFound(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(transport);
    Person mallory = people.named("mallory").connects(transport);
    SessionId chat = alice.opensGroupWith(bob);
    SessionId other = bob.opensGroupWith(alice, mallory);
    Reply hers = alice.sends("hers").to(chat);
    bob.receives("hers");

    assertThat(bob.recalls(chat, hers).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(mallory.recalls(chat, hers).errcode()).isEqualTo(ErrorCode.FORBIDDEN);
    assertThat(bob.recalls(other, hers).errcode()).isEqualTo(ErrorCode.NOT_FOUND);
    assertThat(alice.asks(new ClientMessage.MsgCancel(chat, new MessageId("mNever"))).errcode())
        .isEqualTo(ErrorCode.NOT_FOUND);
    alice.sends("still there").to(chat);
    bob.receives("still there");
  }

  @Test
  void senderWhoIsLateIsRefusedAndTheOwnerIsNot() throws Exception {
    try (Suite strict = Suite.inOneProcess(Map.of("hongyan.message.cancel-window", "0s"));
        People others = new People(strict)) {
      Person alice = others.named("alice").connects(Transport.MQTT_5);
      Person bob = others.named("bob").connects(Transport.HTTP);
      SessionId group = alice.opensGroupWith(bob);
      Reply his = bob.sends("his").to(group);
      alice.receives("his");
      Awaitility.await().until(() -> System.currentTimeMillis() > his.createdAt());

      Reply refused = bob.recalls(group, his);

      assertThat(refused.errcode()).isEqualTo(ErrorCode.CONFLICT);
      assertThat(refused.errmsg()).contains("expected: at most 0");
      assertThat(alice.recalls(group, his).errcode()).isEqualTo(ErrorCode.OK);
      bob.learnsOfTheRecallOf(his, alice);
      assertThat(bob.recalls(group, his).errcode()).as("recalled already").isEqualTo(ErrorCode.OK);
    }
  }

  @Test
  void recallMayBeRepeatedAndIsToldOnce() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Reply secret = alice.sends("a secret").to(chat);
    bob.receives("a secret");

    for (int i = 0; i < 3; i++) {
      assertThat(alice.recalls(chat, secret).errcode()).isEqualTo(ErrorCode.OK);
    }
    alice.sends("after").to(chat);

    bob.learnsOfTheRecallOf(secret, alice);
    assertThat(bob.nextPush().content().text()).isEqualTo("after");
  }

  @Test
  void recallSentBehindItsMessageWithoutWaitingNeverMissesIt() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    List<CompletableFuture<Reply>> recalls = new ArrayList<>();
    for (int i = 0; i < 50; i++) {
      String name = "hasty" + i;
      alice.sends("t" + i).named(name).later(chat);
      MessageId id = MessageId.of(alice.id(), null, name, chat);
      recalls.add(alice.asksLater(new ClientMessage.MsgCancel(chat, id)));
    }

    recalls.forEach(recall -> assertThat(Person.await(recall).errcode()).isEqualTo(ErrorCode.OK));
    alice.sends("after").to(chat);

    // Each was handed over before its recall, or never.
    List<String> seen = new ArrayList<>();
    for (ServerMessage.MsgPush push = bob.nextPush();
        !"after".equals(push.content().text());
        push = bob.nextPush()) {
      Object event = push.content().other().get("event");
      if (event == null) {
        seen.add(push.messageId().value());
      } else if (event.equals("msg_cancel")) {
        assertThat(seen).contains((String) push.content().other().get("messagerecvId"));
      }
    }
    assertThat(seen).doesNotHaveDuplicates();
  }

  @Test
  void historyShowsThatAMessageWasRecalledAndNotWhatItSaid() throws Exception {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    Reply secret = alice.sends("a secret").to(chat);
    bob.receives("a secret");
    alice.recalls(chat, secret);

    for (Person reader : List.of(alice, bob)) {
      JsonNode page = history(reader, chat);
      List<JsonNode> shown =
          page.valueStream()
              .filter(m -> m.get("messagerecvId").asString().equals(secret.messageId().value()))
              .toList();
      assertThat(shown).hasSize(1);
      assertThat(shown.getFirst().get("cancel").asBoolean()).isTrue();
      assertThat(shown.getFirst().has("content")).isFalse();
      assertThat(page.toString()).doesNotContain("a secret");
      assertThat(page.valueStream().map(m -> m.get("seq").asLong()))
          .containsExactlyElementsOf(
              IntStream.rangeClosed(1, page.size()).mapToObj(Long::valueOf).toList());
    }
  }

  private JsonNode history(Person reader, SessionId session)
      throws IOException, InterruptedException {
    try (HttpClient http = HttpClient.newHttpClient()) {
      URI page = suite.http().resolve("/api/v1/sessions/" + session + "/messages");
      HttpResponse<byte[]> answer =
          http.send(
              HttpRequest.newBuilder(page)
                  .header("Authorization", "Bearer " + reader.token())
                  .build(),
              HttpResponse.BodyHandlers.ofByteArray());
      assertThat(answer.statusCode()).isEqualTo(200);
      return JsonMapper.shared().readTree(answer.body()).get("messages");
    }
  }
}
