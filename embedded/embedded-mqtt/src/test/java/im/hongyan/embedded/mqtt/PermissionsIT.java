package im.hongyan.embedded.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.hongyan.mqtt.InboundMessage;
import im.hongyan.mqtt.hooks.ConnectRequest;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class PermissionsIT {
  @RegisterExtension private final Broker broker = new Broker();

  @ParameterizedTest
  @EnumSource
  void userSendsAndReceivesOnTheOwnTopics(Way way) throws Exception {
    try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
      assertThat(alice.subscribe("/root/client/alice")).isTrue();
      for (int qos = 0; qos <= 2; qos++) {
        alice.publish("/root/server/alice", "hi " + qos, qos).get(10, TimeUnit.SECONDS);
      }
      await().untilAsserted(() -> assertThat(broker.inbound()).hasSize(3));
      assertThat(broker.inbound())
          .extracting(InboundMessage::topic, InboundMessage::clientId)
          .containsOnly(org.assertj.core.groups.Tuple.tuple("/root/server/alice", "alice:phone"));
      assertThat(broker.inbound())
          .extracting(message -> TestClient.text(message.payload()))
          .containsExactly("hi 0", "hi 1", "hi 2");

      broker.mqtt().clientPublisher().publish("/root/client/alice", "yo".getBytes(), 1);
      await().untilAsserted(() -> assertThat(alice.received).containsExactly("yo"));
      assertThat(broker.hooks().requests.getLast().transport())
          .isEqualTo(
              way.webSocket ? ConnectRequest.Transport.WEB_SOCKET : ConnectRequest.Transport.TCP);
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyOtherSubscriptionIsDenied(Way way) throws Exception {
    for (String filter :
        List.of(
            "/root/client/bob",
            "/root/client/+",
            "/root/client/#",
            "/root/client/alice/#",
            "/root/server/alice",
            "/root/server/bob",
            "#",
            "+/+/+/+",
            "/root/+/alice",
            "$share/group//root/client/alice",
            "$share/group//root/client/bob",
            "$share/group/#",
            "$SYS/#",
            "other")) {
      try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
        assertThat(alice.subscribe(filter)).as(filter).isFalse();
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyOtherPublishIsDeniedAndEndsTheConnection(Way way) throws Exception {
    try (TestClient bob = broker.client(Way.MQTT_5_TCP, "bob", "bob:phone").connect();
        TestClient service =
            broker.client(Way.MQTT_5_TCP, "service", "service-listener").connect()) {
      assertThat(bob.subscribe("/root/client/bob")).isTrue();
      assertThat(service.subscribe("#")).isTrue();
      for (String topic :
          List.of(
              "/root/client/bob",
              "/root/client/alice",
              "/root/server/bob",
              "/root/server/alice/x",
              "/root/server/",
              "$SYS/x",
              "$share/g//root/server/alice",
              "other")) {
        for (int qos = 0; qos <= 2; qos++) {
          try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
            alice.publish(topic, "forged", qos);
            await(topic).untilAsserted(() -> assertThat(alice.isConnected()).isFalse());
          }
        }
      }
      bob.publish("/root/server/bob", "still here", 1).get(10, TimeUnit.SECONDS);
      assertThat(broker.inbound())
          .extracting(message -> TestClient.text(message.payload()))
          .containsExactly("still here");
      assertThat(bob.received).isEmpty();
      assertThat(service.received).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void retainedPublishIsDenied(Way way) throws Exception {
    try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
      assertThat(alice.publish("/root/server/alice", "kept", 1, true))
          .failsWithin(Duration.ofSeconds(10));
      assertThat(broker.inbound()).isEmpty();
    }
  }

  @ParameterizedTest
  @EnumSource
  void willIsForTheOwnServerTopicAlone(Way way) {
    for (String topic : List.of("/root/client/bob", "/root/server/bob", "other")) {
      TestClient alice = broker.client(way, "alice", "alice:phone").will(topic, false);
      assertThatThrownBy(alice::connect).as(topic).isNotNull();
    }
    TestClient retained =
        broker.client(way, "alice", "alice:phone").will("/root/server/alice", true);
    assertThatThrownBy(retained::connect).isNotNull();
    assertThat(broker.hooks().connected).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void clientIdOfAnotherUserIsRefused(Way way) {
    for (String clientId : List.of("bob:phone", "alice", "alice:", "phone", "alicephone:x")) {
      TestClient alice = broker.client(way, "alice", clientId);
      assertThatThrownBy(alice::connect).as(clientId).isNotNull();
    }
    assertThat(broker.hooks().connected).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void emptyClientIdGetsARandomDeviceOfTheUser(Way way) throws Exception {
    try (TestClient one = broker.client(way, "alice", "").connect();
        TestClient other = broker.client(way, "alice", "").connect()) {
      assertThat(one.isConnected()).isTrue();
      assertThat(broker.hooks().requests)
          .allSatisfy(
              request -> {
                assertThat(request.clientIdAssigned()).isTrue();
                assertThat(request.clientId()).matches("alice:[0-9a-f-]{36}");
              })
          .extracting(ConnectRequest::clientId)
          .doesNotHaveDuplicates();
      other.publish("/root/server/alice", "hi", 1).get(10, TimeUnit.SECONDS);
      assertThat(broker.inbound().element().clientId()).startsWith("alice:");
      if (way.version == 5) {
        assertThat(one.clientId()).matches("alice:[0-9a-f-]{36}");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void wrongPasswordAndNoDecisionAreRefused(Way way) {
    for (String password : List.of("bad", "down")) {
      TestClient alice = broker.client(way, "alice", "alice:phone").password(password);
      assertThatThrownBy(alice::connect).isNotNull();
    }
    assertThat(broker.hooks().connected).isEmpty();
    assertThat(broker.hooks().ended).isEmpty();
  }

  @Test
  void largePayloadReachesTheHandlerWhichMayAnswer() throws Exception {
    try (TestClient alice = broker.client(Way.MQTT_5_TCP, "alice", "alice:phone").connect()) {
      String large = "x".repeat(10 * 1024 * 1024);
      alice.publish("/root/server/alice", large, 1).get(20, TimeUnit.SECONDS);
      assertThat(broker.inbound().element().payload()).hasSize(large.length());
    }
  }

  @Test
  void busyPortIsOneSentence() {
    var taken = broker.mqtt().tcp();
    assertThatThrownBy(
            () ->
                EmbeddedMqtt.start(
                    EmbeddedMqttOptions.with(broker.hooks())
                        .on(taken, EmbeddedMqttOptions.Endpoint.ANY_ON_LOOPBACK)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageStartingWith(
            "MQTT: cannot listen on 127.0.0.1 port %d (".formatted(taken.port()))
        .hasMessageEndingWith("stop what uses it or choose another port");
  }
}
