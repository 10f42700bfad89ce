package im.hongyan.ingest.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3AsyncClient;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import im.hongyan.local.LocalRabbit;
import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundMessage;
import im.hongyan.testsupport.FreePorts;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of RabbitMQ's MQTT plugin, and one or two replicas. */
class AmqpTopicInboundLinkIT {
  private static final CompletionStage<?> TAKEN = CompletableFuture.completedFuture(null);
  private static final String PASSWORD = "secret";
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MANY = 1_000;
  private static final int QUEUES = 4;

  @TempDir private static Path folder;
  private static LocalRabbit rabbit;
  private static int mqttPort;
  private static int amqpPort;

  private final List<AutoCloseable> open = new ArrayList<>();
  private final Queue<InboundMessage> taken = new ConcurrentLinkedQueue<>();
  private Cable cable;

  @BeforeAll
  static void startRabbit() {
    assumeTrue(LocalRabbit.isInstalled(), "RabbitMQ is not installed (rabbitmq-server)");
    List<Integer> ports = FreePorts.pick(5);
    amqpPort = ports.get(0);
    mqttPort = ports.get(1);
    rabbit =
        LocalRabbit.start(
            new LocalRabbit.Options(
                folder,
                new LocalRabbit.Ports(amqpPort, mqttPort, ports.get(2), ports.get(3), ports.get(4)),
                PASSWORD,
                Optional.empty()));
  }

  @AfterAll
  static void stopRabbit() {
    if (rabbit != null) {
      rabbit.close();
    }
  }

  @BeforeEach
  void layCable() {
    cable = new Cable(amqpPort);
    open.add(cable);
  }

  @AfterEach
  void closeAll() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private AmqpTopicInboundLink replica(int port, InboundHandler handler) {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUsername(LocalRabbit.USER);
    factory.setPassword(PASSWORD);
    AmqpTopicInboundLink link =
        new AmqpTopicInboundLink(
            new InboundProperties(InboundProperties.AMQP_TOPIC, QUEUES, 50),
            factory,
            List.of(new Address("127.0.0.1", port)),
            "test",
            () -> 0,
            new SimpleMeterRegistry());
    open.add(link);
    link.start(handler);
    await().atMost(PATIENCE).until(link::isConnected);
    return link;
  }

  private Mqtt3AsyncClient client(String id) throws Exception {
    Mqtt3AsyncClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .identifier(id)
            .serverHost("127.0.0.1")
            .serverPort(mqttPort)
            .buildAsync();
    client
        .connectWith()
        .simpleAuth()
        .username(LocalRabbit.USER)
        .password(PASSWORD.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .send()
        .get(10, TimeUnit.SECONDS);
    open.add(() -> client.disconnect().exceptionally(gone -> null).join());
    return client;
  }

  private static CompletableFuture<?> publish(
      Mqtt3AsyncClient client, String topic, String payload) {
    return client
        .publishWith()
        .topic(topic)
        .qos(MqttQos.AT_LEAST_ONCE)
        .payload(payload.getBytes(StandardCharsets.UTF_8))
        .send();
  }

  private CompletionStage<?> take(InboundMessage message) {
    taken.add(message);
    return CompletableFuture.runAsync(() -> {});
  }

  private List<String> texts(String topic) {
    return taken.stream()
        .filter(message -> message.topic().equals(topic))
        .map(message -> new String(message.payload(), StandardCharsets.UTF_8))
        .distinct()
        .toList();
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static long waiting() throws Exception {
    ConnectionFactory factory = new ConnectionFactory();
    factory.setUri(rabbit.uri());
    try (Connection connection = factory.newConnection();
        Channel channel = connection.createChannel()) {
      long count = 0;
      for (int i = 0; i < QUEUES; i++) {
        count += channel.messageCount("im.inbound." + i);
      }
      return count;
    }
  }

  @Test
  void whatClientsPublishComesUnderTheirTopicAlsoWhereTheirIdHasDots() throws Exception {
    replica(amqpPort, this::take);
    Mqtt3AsyncClient client = client("anybody");
    List<String> users = List.of("ann", "a.b", "a.b.c", "bob@example.com");
    for (String user : users) {
      publish(client, "/root/server/" + user, "hi from " + user).get(10, TimeUnit.SECONDS);
    }
    publish(client, "/root/client/ann", "not for the server").get(10, TimeUnit.SECONDS);

    for (String user : users) {
      await()
          .atMost(PATIENCE)
          .untilAsserted(
              () -> assertThat(texts("/root/server/" + user)).containsExactly("hi from " + user));
    }
    assertThat(taken).noneMatch(message -> message.topic().contains("client"));
    await().atMost(PATIENCE).until(() -> waiting() == 0);
  }

  /** docs/protocol.md says so. */
  @Test
  void clientWhoseIdHasDotsReceivesUnderATopicWithSlashes() throws Exception {
    Mqtt3AsyncClient client = client("a.b:phone");
    Queue<String> topics = new ConcurrentLinkedQueue<>();
    client.publishes(MqttGlobalPublishFilter.ALL, push -> topics.add(push.getTopic().toString()));
    client
        .subscribeWith()
        .topicFilter("/root/client/a.b")
        .qos(MqttQos.AT_LEAST_ONCE)
        .send()
        .get(10, TimeUnit.SECONDS);

    publish(client, "/root/client/a.b", "hi").get(10, TimeUnit.SECONDS);

    await().atMost(PATIENCE).until(() -> !topics.isEmpty());
    assertThat(topics).containsExactly("/root/client/a/b");
  }

  @Test
  void orderOfASenderOutlivesCutConnections() throws Exception {
    AtomicInteger count = new AtomicInteger();
    replica(
        cable.port(),
        message -> {
          if (count.incrementAndGet() % 300 == 0) {
            Thread.ofVirtual().start(cable::cut);
          }
          return take(message);
        });
    sendMany("/root/server/alice");

    await().atMost(PATIENCE).until(() -> texts("/root/server/alice").size() == MANY);
    assertThat(texts("/root/server/alice")).isEqualTo(numbers(MANY));
    assertThat(count).hasValueGreaterThan(MANY);
    await().atMost(PATIENCE).until(() -> waiting() == 0);
  }

  @Test
  void orderOfASenderHoldsWhileASecondReplicaTakesOver() throws Exception {
    AtomicInteger byFirst = new AtomicInteger();
    AtomicInteger bySecond = new AtomicInteger();
    AmqpTopicInboundLink first =
        replica(
            cable.port(),
            message -> {
              byFirst.incrementAndGet();
              return take(message);
            });
    replica(
        amqpPort,
        message -> {
          bySecond.incrementAndGet();
          return take(message);
        });
    Mqtt3AsyncClient erin = client("erin:phone");
    for (int i = 0; i < MANY; i++) {
      publish(erin, "/root/server/erin", Integer.toString(i));
      if (i == MANY / 2) {
        await().atMost(PATIENCE).until(() -> byFirst.get() > MANY / 10);
        first.close();
      }
    }

    await().atMost(PATIENCE).until(() -> texts("/root/server/erin").size() == MANY);
    assertThat(texts("/root/server/erin")).isEqualTo(numbers(MANY));
    assertThat(byFirst.get()).isPositive();
    assertThat(bySecond.get()).isPositive();
    await().atMost(PATIENCE).until(() -> waiting() == 0);
  }

  @Test
  void whatIsNotTakenComesAgainInItsOrder() throws Exception {
    AtomicBoolean broken = new AtomicBoolean(true);
    replica(
        amqpPort,
        message -> {
          if (taken.size() == 10 && broken.getAndSet(false)) {
            throw new NoClassDefFoundError("im/hongyan/Missing");
          }
          taken.add(message);
          return TAKEN;
        });
    sendMany("/root/server/carol");

    await().atMost(PATIENCE).until(() -> texts("/root/server/carol").size() == MANY);
    assertThat(broken).isFalse();
    assertThat(texts("/root/server/carol")).isEqualTo(numbers(MANY));
    await().atMost(PATIENCE).until(() -> waiting() == 0);
  }

  @Test
  void whatComesWhileNobodyRunsWaits() throws Exception {
    AmqpTopicInboundLink first = replica(amqpPort, message -> new CompletableFuture<>());
    Mqtt3AsyncClient dave = client("dave:phone");
    publish(dave, "/root/server/dave", "0").get(10, TimeUnit.SECONDS);
    first.close();
    publish(dave, "/root/server/dave", "1").get(10, TimeUnit.SECONDS);

    replica(amqpPort, this::take);

    await().atMost(PATIENCE).until(() -> texts("/root/server/dave").size() == 2);
    assertThat(texts("/root/server/dave")).containsExactly("0", "1");
  }

  private void sendMany(String topic) throws Exception {
    Mqtt3AsyncClient client = client("sender-" + topic.hashCode());
    List<CompletableFuture<?>> sent = new ArrayList<>();
    for (int i = 0; i < MANY; i++) {
      sent.add(publish(client, topic, Integer.toString(i)));
    }
    CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);
  }
}
