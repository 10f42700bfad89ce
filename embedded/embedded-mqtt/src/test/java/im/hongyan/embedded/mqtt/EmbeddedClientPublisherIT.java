package im.hongyan.embedded.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedClientPublisherIT {
  private static final int MESSAGES = 5_000;

  @RegisterExtension private final Broker broker = new Broker();

  @ParameterizedTest
  @CsvSource({"1, MQTT_5_TCP", "1, MQTT_3_TCP", "50, MQTT_5_TCP", "50, MQTT_3_WEB_SOCKET"})
  void orderOfCallsIsTheOrderAtTheSubscriber(int topics, Way way) throws Exception {
    List<TestClient> users = new ArrayList<>();
    for (int i = 0; i < topics; i++) {
      String user = "user" + i;
      TestClient client = broker.client(way, user, user + ":phone").connect();
      assertThat(client.subscribe("/root/client/" + user)).isTrue();
      users.add(client);
    }
    List<CompletableFuture<?>> published = new ArrayList<>();
    for (int i = 0; i < MESSAGES; i++) {
      published.add(
          broker
              .mqtt()
              .clientPublisher()
              .publish(
                  "/root/client/user" + i % topics,
                  Integer.toString(i / topics).getBytes(StandardCharsets.UTF_8),
                  1)
              .toCompletableFuture());
    }
    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

    List<String> expected =
        IntStream.range(0, MESSAGES / topics).mapToObj(Integer::toString).toList();
    for (TestClient user : users) {
      await()
          .atMost(Duration.ofSeconds(60))
          .untilAsserted(() -> assertThat(user.received).hasSize(expected.size()));
      assertThat(user.received).containsExactlyElementsOf(expected);
      user.close();
    }
  }

  @ParameterizedTest
  @EnumSource
  void everySubscribedDeviceOfTheUserGetsItAndNobodyElse(Way way) throws Exception {
    try (TestClient phone = broker.client(way, "alice", "alice:phone").connect();
        TestClient laptop = broker.client(Way.MQTT_5_TCP, "alice", "alice:laptop").connect();
        TestClient silent = broker.client(way, "alice", "alice:silent").connect();
        TestClient bob = broker.client(way, "bob", "bob:phone").connect()) {
      assertThat(phone.subscribe("/root/client/alice")).isTrue();
      assertThat(laptop.subscribe("/root/client/alice")).isTrue();
      assertThat(bob.subscribe("/root/client/bob")).isTrue();
      publish("/root/client/alice", "one");
      await().untilAsserted(() -> assertThat(laptop.received).containsExactly("one"));
      await().untilAsserted(() -> assertThat(phone.received).containsExactly("one"));

      phone.unsubscribe("/root/client/alice");
      publish("/root/client/alice", "two");
      publish("/root/client/bob", "three");

      await().untilAsserted(() -> assertThat(laptop.received).containsExactly("one", "two"));
      await().untilAsserted(() -> assertThat(bob.received).containsExactly("three"));
      assertThat(phone.subscribe("/root/client/alice")).isTrue();
      publish("/root/client/alice", "four");
      await().untilAsserted(() -> assertThat(phone.received).containsExactly("one", "four"));
      assertThat(silent.received).isEmpty();
    }
  }

  @Test
  void clientThatDoesNotReadIsDisconnectedAndNeverSeesAGap() throws Exception {
    int messages = 500;
    try (SilentClient slow = SilentClient.subscribe(broker.mqtt().tcp().port(), "alice");
        TestClient laptop = broker.client(Way.MQTT_5_TCP, "alice", "alice:laptop").connect()) {
      assertThat(laptop.subscribe("/root/client/alice")).isTrue();
      for (int i = 0; i < messages; i++) {
        publish("/root/client/alice", "%08d".formatted(i) + "x".repeat(64 * 1024));
        if (i % 50 == 0) {
          int sent = i;
          await().until(() -> laptop.received.size() >= sent);
        }
      }

      List<Integer> seen = slow.readToTheEnd();
      assertThat(seen).hasSizeLessThan(messages).isNotEmpty();
      assertThat(seen).containsExactlyElementsOf(IntStream.range(0, seen.size()).boxed().toList());
      await().untilAsserted(() -> assertThat(laptop.received).hasSize(messages));
    }
  }

  private void publish(String topic, String text) {
    broker.mqtt().clientPublisher().publish(topic, text.getBytes(StandardCharsets.UTF_8), 1);
  }
}
