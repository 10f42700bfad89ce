package im.hongyan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5AsyncClient;
import im.hongyan.embedded.mqtt.EmbeddedMqtt;
import im.hongyan.embedded.mqtt.EmbeddedMqttOptions;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.ConnectionEnd;
import im.hongyan.mqtt.hooks.Decision;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** MQTT through the gateway's WebSocket, to a real broker that gives everything back. */
class MqttOverWebSocketIT {
  private static final int MESSAGES = 2000;

  private static EmbeddedMqtt broker;
  private static ConfigurableApplicationContext gateway;
  private static int port;

  @BeforeAll
  static void start() {
    broker = EmbeddedMqtt.start(EmbeddedMqttOptions.with(new LetEverybodyIn()));
    broker
        .inboundLink()
        .start(
            message ->
                broker
                    .clientPublisher()
                    .publish(
                        Topics.toClient(Topics.senderOf(message.topic()).orElseThrow()),
                        message.payload(),
                        1));
    gateway =
        new SpringApplicationBuilder(GatewayApplication.class)
            .properties("spring.config.name=gateway-service")
            .run(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=-1",
                "--hongyan.gateway.upstreams.mqtt=ws://127.0.0.1:%d/mqtt"
                    .formatted(broker.webSocket().port()));
    port = gateway.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  @AfterAll
  static void stop() {
    gateway.close();
    broker.close();
  }

  @Test
  void manyMessagesPassBothWaysInOrder() throws Exception {
    List<String> received = new CopyOnWriteArrayList<>();
    Mqtt5AsyncClient alice = connect("alice", "web", payload -> received.add(text(payload)));

    IntStream.range(0, MESSAGES).forEach(i -> publish(alice, "alice", ("m" + i).getBytes()));

    await().atMost(Duration.ofSeconds(60)).until(() -> received.size() == MESSAGES);
    assertThat(received)
        .containsExactlyElementsOf(IntStream.range(0, MESSAGES).mapToObj(i -> "m" + i).toList());
    alice.disconnect().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aFrameOfNearlyOneMegabytePassesBothWays() throws Exception {
    byte[] large = new byte[1_000_000];
    Arrays.fill(large, (byte) 'x');
    List<byte[]> received = new CopyOnWriteArrayList<>();
    Mqtt5AsyncClient bob = connect("bob", "web", received::add);

    publish(bob, "bob", large);

    await().atMost(Duration.ofSeconds(30)).until(() -> !received.isEmpty());
    assertThat(received.getFirst()).isEqualTo(large);
    bob.disconnect().get(10, TimeUnit.SECONDS);
  }

  @Test
  void aConnectionThatTheBrokerEndsIsEndedForTheClient() throws Exception {
    Mqtt5AsyncClient carol = connect("carol", "web", payload -> {});

    broker.disconnect("carol:web", "test").toCompletableFuture().get(10, TimeUnit.SECONDS);

    await().atMost(Duration.ofSeconds(10)).until(() -> !carol.getState().isConnected());
  }

  @Test
  void aClientThatDisappearsDisappearsForTheBroker() throws Exception {
    Mqtt5AsyncClient dave = connect("dave", "web", payload -> {});

    dave.disconnect().get(10, TimeUnit.SECONDS);

    await()
        .atMost(Duration.ofSeconds(10))
        .until(
            () ->
                !broker
                    .disconnect("dave:web", "test")
                    .toCompletableFuture()
                    .get(10, TimeUnit.SECONDS));
  }

  private static Mqtt5AsyncClient connect(
      String user, String device, java.util.function.Consumer<byte[]> screen) throws Exception {
    Mqtt5AsyncClient client =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier(user + ":" + device)
            .serverHost("127.0.0.1")
            .serverPort(port)
            .webSocketConfig()
            .serverPath("mqtt")
            .applyWebSocketConfig()
            .simpleAuth()
            .username(user)
            .password("any".getBytes(StandardCharsets.UTF_8))
            .applySimpleAuth()
            .buildAsync();
    client.publishes(
        MqttGlobalPublishFilter.ALL, publish -> screen.accept(publish.getPayloadAsBytes()));
    client.connect().get(20, TimeUnit.SECONDS);
    client
        .subscribeWith()
        .topicFilter(Topics.toClient(new UserId(user)))
        .qos(MqttQos.AT_LEAST_ONCE)
        .send()
        .get(20, TimeUnit.SECONDS);
    return client;
  }

  private static void publish(Mqtt5AsyncClient client, String user, byte[] payload) {
    client
        .publishWith()
        .topic(Topics.toServer(new UserId(user)))
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload)
        .send();
  }

  private static String text(byte[] payload) {
    return new String(payload, StandardCharsets.UTF_8);
  }

  private static final class LetEverybodyIn implements BrokerHooks {
    @Override
    public CompletionStage<Decision> authenticate(ConnectRequest request) {
      return CompletableFuture.completedFuture(Decision.client(new UserId(request.username())));
    }

    @Override
    public void connected(ClientConnection connection) {}

    @Override
    public void disconnected(ClientConnection connection, ConnectionEnd end) {}
  }
}
