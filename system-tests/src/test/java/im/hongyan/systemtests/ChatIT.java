package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.nio.file.Files;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Two people chat, whatever they use. */
@ExtendWith({UnderTest.class, Gathering.class})
class ChatIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  static Stream<Arguments> everyPairOfTransports() {
    return Arrays.stream(Transport.values())
        .flatMap(a -> Arrays.stream(Transport.values()).map(b -> Arguments.of(a, b)));
  }

  @ParameterizedTest
  @MethodSource("everyPairOfTransports")
  void aliceAndBobChat(Transport alices, Transport bobs) {
    Person alice = people.named("alice").connects(alices);
    Person bob = people.named("bob").connects(bobs);
    SessionId chat = alice.opensChatWith(bob);

    Reply accepted = alice.sends("hi").to(chat);
    ServerMessage.MsgPush push = bob.receives("hi");
    bob.sends("hello, alice").to(chat);
    alice.receives("hello, alice");

    assertThat(push.messageId()).isEqualTo(accepted.messageId());
    assertThat(push.sender()).isEqualTo(alice.id());
    assertThat(push.createdAt()).isEqualTo(accepted.createdAt());
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void whatOneSendsWithoutWaitingComesInItsOrder(Transport transport) {
    Person alice = people.named("alice").connects(transport);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    List<String> texts = IntStream.range(0, 100).mapToObj(i -> "m" + i).toList();

    if (transport == Transport.HTTP) {
      texts.forEach(text -> alice.sends(text).to(chat));
    } else {
      texts.stream()
          .map(text -> alice.sends(text).later(chat))
          .toList()
          .forEach(reply -> assertThat(Person.await(reply).isOk()).isTrue());
    }

    bob.receivesInOrder(texts);
  }

  @Test
  void groupGetsEveryMessageInOneOrder() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_3);
    Person carol = people.named("carol").connects(Transport.MQTT_WEBSOCKET);
    SessionId group = alice.opensGroupWith(bob, carol);

    for (int i = 0; i < 20; i++) {
      alice.sends("a" + i).to(group);
      bob.sends("b" + i).to(group);
    }

    List<String> expected =
        IntStream.range(0, 20).boxed().flatMap(i -> Stream.of("a" + i, "b" + i)).toList();
    carol.receivesInOrder(expected);
  }

  @Test
  void wordThatTheOperatorListsWhileTheServerRunsIsMaskedForReceivers(Suite suite)
      throws IOException {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("buy snakeoil now").to(chat);
    bob.receives("buy snakeoil now");

    Files.writeString(suite.words().resolve("mask-adverts.txt"), "snakeoil\n");

    Awaitility.await()
        .until(
            () -> {
              alice.sends("buy snakeoil now").to(chat);
              return bob.nextMessage().content().text().equals("buy ******** now");
            });
    alice.sends("buy S\u200Bn\uFF41keoil now").to(chat);
    assertThat(bob.nextMessage().content().text()).matches("buy \\*+ now");
  }

  @Test
  void peerSeesThatSomebodyIsWriting() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);

    alice.asks(new ClientMessage.MsgEditing(chat));

    assertThat(bob.nextNotice(ServerMessage.MsgEditingReply.class))
        .isEqualTo(new ServerMessage.MsgEditingReply(bob.id(), chat, alice.id()));
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void heartbeatIsAnswered(Transport transport) {
    Person alice = people.named("alice").connects(transport);

    Reply reply = alice.asks(new ClientMessage.Heartbeat());

    assertThat(reply.type()).isEqualTo("heatbeat_reply");
    assertThat(reply.isOk()).isTrue();
  }
}
