package im.hongyan.mqtt.tcp;

import static org.awaitility.Awaitility.await;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

class BrokerConnectionTest {
  private static final CompletionStage<?> DONE = CompletableFuture.completedFuture(null);

  private final AtomicInteger attempts = new AtomicInteger();

  @Test
  void connectsAgainWhereNoClientCanBeMade() {
    WireClient.Maker failsTwice =
        lost -> {
          if (attempts.incrementAndGet() <= 2) {
            throw new NoClassDefFoundError("netty");
          }
          return new ClientOfNobody();
        };
    try (BrokerConnection connection = connection(failsTwice, client -> {})) {
      connection.open();

      await().until(() -> connection.ready() != null);
    }
  }

  @Test
  void connectsAgainWhereAClientCannotBePrepared() {
    Consumer<WireClient> failsTwice =
        client -> {
          if (attempts.incrementAndGet() <= 2) {
            throw new IllegalStateException("not now");
          }
        };
    try (BrokerConnection connection = connection(lost -> new ClientOfNobody(), failsTwice)) {
      connection.open();

      await().until(() -> connection.ready() != null);
    }
  }

  private static BrokerConnection connection(
      WireClient.Maker maker, Consumer<WireClient> beforeConnect) {
    MqttLinkProperties properties =
        new MqttLinkProperties(
            "127.0.0.1",
            1,
            null,
            null,
            "test",
            "1",
            MqttLinkProperties.Version.MQTT_5,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            new MqttLinkProperties.Tls(false, ""),
            new MqttLinkProperties.Reconnect(Duration.ofMillis(1), Duration.ofMillis(5)),
            new MqttLinkProperties.Inbound("hongyan", 1_000, Duration.ofMinutes(10)),
            new MqttLinkProperties.Publish(20_000));
    return new BrokerConnection(
        "test",
        new LinkContext(
            properties,
            TlsMaterial.OF_THE_JDK,
            new SimpleMeterRegistry(),
            InstantSource.system(),
            RandomGenerator.getDefault()),
        maker,
        new BrokerConnection.SetUp() {
          @Override
          public void beforeConnect(WireClient client) {
            beforeConnect.accept(client);
          }

          @Override
          public CompletionStage<?> afterConnect(WireClient client) {
            return DONE;
          }
        });
  }

  /** Connects to nothing, at once. */
  private static final class ClientOfNobody implements WireClient {
    @Override
    public void receive(Consumer<Received> receiver, Executor executor) {}

    @Override
    public CompletionStage<?> connect() {
      return DONE;
    }

    @Override
    public CompletionStage<?> subscribe(String filter) {
      return DONE;
    }

    @Override
    public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
      return DONE;
    }

    @Override
    public CompletionStage<?> disconnect() {
      return DONE;
    }
  }
}
