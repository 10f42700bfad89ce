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
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
}
