package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;
import im.hongyan.systemtests.people.Gathering;
import im.hongyan.systemtests.people.People;
import im.hongyan.systemtests.people.Person;
import im.hongyan.systemtests.people.Transport;
import im.hongyan.systemtests.suite.UnderTest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Accepted means kept, once, in order, offline included. */
@ExtendWith({UnderTest.class, Gathering.class})
class DeliveryIT {
  private People people;

  @BeforeEach
  void invite(People invited) {
    people = invited;
  }

  @ParameterizedTest
  @EnumSource(Transport.class)
  void receiverBackOnlineGetsAThousandUnsentMessagesOldestFirst(Transport transport) {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    SessionId chat = alice.opensChatWith(bob);
    List<String> texts = IntStream.range(0, 1_000).mapToObj(i -> "m" + i).toList();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    texts.forEach(text -> replies.add(alice.sends(text).later(chat)));
    replies.forEach(reply -> assertThat(Person.await(reply).isOk()).isTrue());

    bob.connects(transport);

    bob.receivesInOrder(texts);
  }

  @Test
  void receiverWhoComesAndGoesMissesNothing() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    List<String> texts = IntStream.range(0, 200).mapToObj(i -> "m" + i).toList();

    for (int i = 0; i < texts.size(); i++) {
      alice.sends(texts.get(i)).to(chat);
      if (i % 40 == 20) {
        bob.disconnects();
      } else if (i % 40 == 39) {
        bob.connects(Transport.MQTT_5);
      }
    }

    bob.receivesInOrder(texts);
  }

  @Test
  void receiverWhoNeverAcknowledgesBlocksOnlyHimself() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person mute = people.named("mute").acknowledgesNothing().connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId group = alice.opensGroupWith(mute, bob);
    List<String> texts = IntStream.range(0, 500).mapToObj(i -> "m" + i).toList();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    texts.forEach(text -> replies.add(alice.sends(text).later(group)));
    replies.forEach(reply -> assertThat(Person.await(reply).isOk()).isTrue());

    bob.receivesInOrder(texts);
    assertThat(mute.waiting()).as("pushes ahead of an acknowledgement").isLessThan(500);
  }

  @Test
  void unacknowledgedMessagesComeAgainAfterAReconnect() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").acknowledgesNothing().connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("first").to(chat);
    bob.receives("first");
    alice.sends("second").to(chat);
    bob.receives("second");
    bob.disconnects();

    Person bobAgain = people.again(bob).connects(Transport.MQTT_5);

    bobAgain.receivesInOrder(List.of("first", "second"));
  }

  @Test
  void sameMessageSentTenTimesOverTwoTransportsIsOneMessage() throws Exception {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person aliceOverHttp = people.again(alice).connects(Transport.HTTP);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    CyclicBarrier together = new CyclicBarrier(10);
    Set<MessageId> ids = new HashSet<>();

    try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
      List<Future<Reply>> replies = new ArrayList<>();
      for (int i = 0; i < 10; i++) {
        Person device = i % 2 == 0 ? alice : aliceOverHttp;
        replies.add(
            threads.submit(
                () -> {
                  together.await();
                  return device.sends("once").named("the-one").to(chat);
                }));
      }
      for (Future<Reply> reply : replies) {
        ids.add(reply.get().messageId());
      }
    }
    alice.sends("and then").to(chat);

    assertThat(ids).hasSize(1);
    ServerMessage.MsgPush once = bob.receives("once");
    ServerMessage.MsgPush next = bob.receives("and then");
    assertThat(next.seq()).isEqualTo(once.seq() + 1);
  }

  @Test
  void expiredMessageIsSkippedAndTheNextOneComes() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    SessionId chat = alice.opensChatWith(bob);
    Reply brief =
        alice.asks(new ClientMessage.MsgSend(chat, "brief", Content.ofText("be quick"), 1));
    alice.sends("no hurry").to(chat);
    org.awaitility.Awaitility.await()
        .until(() -> System.currentTimeMillis() > brief.createdAt() + 1_500);

    bob.connects(Transport.MQTT_5);

    bob.receives("no hurry");
  }

  @Test
  void memberWhoLeftGetsNothingThatWasStillUnsent() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob");
    Person carol = people.named("carol").connects(Transport.MQTT_5);
    SessionId group = alice.opensGroupWith(bob, carol);
    SessionId chat = alice.opensChatWith(bob);
    alice.sends("secret").to(group);
    carol.receives("secret");
    assertThat(alice.asks(new ClientMessage.SessionRemoveUser(group, List.of(bob.id()))).isOk())
        .isTrue();
    alice.sends("still secret").to(group);
    carol.receives("still secret");
    alice.sends("bye").to(chat);

    bob.connects(Transport.MQTT_5);

    bob.receivesNothingBefore("bye");
  }

  @Test
  void everyMessageOfASessionHasTheNextNumber() {
    Person alice = people.named("alice").connects(Transport.MQTT_5);
    Person bob = people.named("bob").connects(Transport.MQTT_5);
    SessionId chat = alice.opensChatWith(bob);
    assertThat(bob.nextPush().seq()).as("the notice of the session's creation").isEqualTo(1);

    for (int i = 2; i < 50; i++) {
      alice.sends("m" + i).to(chat);
      assertThat(bob.nextPush().seq()).isEqualTo(i);
    }
  }
}
