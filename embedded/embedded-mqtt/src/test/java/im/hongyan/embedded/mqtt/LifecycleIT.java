package im.hongyan.embedded.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.hongyan.mqtt.hooks.ClientConnection;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class LifecycleIT {
  @RegisterExtension private final Broker broker = new Broker();

  @ParameterizedTest
  @EnumSource
  void goodbyeIsGracefulAndHasNoWill(Way way) throws Exception {
    broker.client(way, "alice", "alice:phone").will("/root/server/alice", false).connect().close();

    await().untilAsserted(() -> assertThat(broker.hooks().ended).contains("alice:phone GRACEFUL"));
    assertThat(broker.hooks().connected)
        .extracting(ClientConnection::clientId)
        .containsExactly("alice:phone");
    assertThat(broker.inbound()).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void lostConnectionIsToldAndItsWillIsHandedOverOnce(Way way) throws Exception {
    int port = way.webSocket ? broker.mqtt().webSocket().port() : broker.mqtt().tcp().port();
    try (CuttableProxy cable = new CuttableProxy(port)) {
      TestClient alice = new TestClient(way, "alice", "alice:phone", cable.port());
      alice.will("/root/server/alice", false).connect();

      cable.cut();

      await().untilAsserted(() -> assertThat(broker.hooks().ended).contains("alice:phone LOST"));
      assertThat(broker.inbound())
          .singleElement()
          .satisfies(
              will -> {
                assertThat(TestClient.text(will.payload())).isEqualTo("will");
                assertThat(will.topic()).isEqualTo("/root/server/alice");
                assertThat(will.clientId()).isEqualTo("alice:phone");
              });
    }
  }

  @ParameterizedTest
  @EnumSource
  void takeoverEndsTheOldConnectionWithoutItsWill(Way way) throws Exception {
    TestClient old = broker.client(way, "alice", "alice:phone");
    old.will("/root/server/alice", false).connect();
    try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
      await()
          .untilAsserted(
              () -> assertThat(broker.hooks().ended).containsExactly("alice:phone TAKEN_OVER"));
      assertThat(old.isConnected()).isFalse();
      assertThat(broker.hooks().connected)
          .hasSize(2)
          .extracting(ClientConnection::id)
          .doesNotHaveDuplicates();
      alice.publish("/root/server/alice", "hi", 1).get(10, TimeUnit.SECONDS);
      assertThat(broker.inbound())
          .extracting(message -> TestClient.text(message.payload()))
          .containsExactly("hi");
    }
  }

  @Test
  void serverEndsAConnectionOnRequest() throws Exception {
    TestClient alice = broker.client(Way.MQTT_5_TCP, "alice", "alice:phone");
    alice.will("/root/server/alice", false).connect();

    assertThat(broker.mqtt().disconnect("alice:phone", "token revoked"))
        .succeedsWithin(java.time.Duration.ofSeconds(10))
        .isEqualTo(true);

    await().untilAsserted(() -> assertThat(broker.hooks().ended).contains("alice:phone BY_SERVER"));
    assertThat(alice.isConnected()).isFalse();
    assertThat(broker.inbound()).isEmpty();
  }
}
