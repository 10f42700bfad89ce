package im.hongyan.embedded.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.MqttUnavailableException;
import im.hongyan.mqtt.tcp.LinkContext;
import im.hongyan.mqtt.tcp.MqttLinkProperties;
import im.hongyan.mqtt.tcp.MqttLinkProperties.Version;
import im.hongyan.mqtt.tcp.TcpClientPublisher;
import im.hongyan.mqtt.tcp.TcpInboundLink;
import im.hongyan.mqtt.tcp.TlsMaterial;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The adapter over TCP against a broker; "users" are services here, for whom the broker is plain.
 */
class TcpLinkIT {
  private static final String ALICE = "/root/server/alice";

  @RegisterExtension private final Broker broker = new Broker();

  private LinkContext context(Version version, int port) {
    return new LinkContext(
        new MqttLinkProperties(
            "127.0.0.1",
            port,
            "service",
            "good",
            "test",
            "1",
            version,
            Duration.ofSeconds(30),
            Duration.ofSeconds(5),
            new MqttLinkProperties.Tls(false, ""),
            new MqttLinkProperties.Reconnect(Duration.ofMillis(20), Duration.ofMillis(200)),
            new MqttLinkProperties.Inbound("hongyan", 1_000, Duration.ofMinutes(10)),
            new MqttLinkProperties.Publish(20_000)),
        TlsMaterial.OF_THE_JDK,
        new SimpleMeterRegistry(),
        InstantSource.system(),
        RandomGenerator.getDefault());
  }

  private TestClient sender() throws Exception {
    return broker.client(Way.MQTT_5_TCP, "service", "service-sender").connect();
  }

  @ParameterizedTest
  @EnumSource
  void messagesComeInOrderAndAreAcknowledgedOnce(Version version) throws Exception {
    Queue<String> taken = new ConcurrentLinkedQueue<>();
    String id = "order-" + version;
    try (TestClient sender = sender();
        InboundLink link = new TcpInboundLink(context(version, broker.mqtt().tcp().port()), id)) {
      link.start(
          message -> {
            taken.add(TestClient.text(message.payload()));
            return CompletableFuture.runAsync(() -> {});
          });
      await().until(link::isConnected);
      List<CompletableFuture<?>> sent = new ArrayList<>();
      for (int i = 0; i < 1_000; i++) {
        sent.add(sender.publish(ALICE, Integer.toString(i), 1));
      }
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);

      await().until(() -> taken.size() >= 1_000);
      assertThat(taken)
          .containsExactlyElementsOf(
              IntStream.range(0, 1_000).mapToObj(Integer::toString).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void whatIsNotAcknowledgedComesAgainAfterAFailureAndAfterARestart(Version version)
      throws Exception {
    Queue<String> taken = new ConcurrentLinkedQueue<>();
    AtomicBoolean down = new AtomicBoolean(true);
    String id = "again-" + version;
    LinkContext context = context(version, broker.mqtt().tcp().port());
    try (TestClient sender = sender()) {
      try (InboundLink link = new TcpInboundLink(context, id)) {
        link.start(
            message -> {
              taken.add(TestClient.text(message.payload()));
              return down.getAndSet(false)
                  ? CompletableFuture.failedFuture(new IllegalStateException("down"))
                  : CompletableFuture.completedFuture(null);
            });
        await().until(link::isConnected);
        sender.publish(ALICE, "once more", 1).get(10, TimeUnit.SECONDS);
        await().until(() -> taken.size() == 2);
        assertThat(taken).containsExactly("once more", "once more");
        await().until(link::isConnected);
      }
      taken.clear();
      try (InboundLink dying = new TcpInboundLink(context, id)) {
        dying.start(
            message -> {
              taken.add(TestClient.text(message.payload()));
              return new CompletableFuture<>();
            });
        await().until(dying::isConnected);
        sender.publish(ALICE, "unfinished", 1).get(10, TimeUnit.SECONDS);
        await().until(() -> taken.size() == 1);
      }
      sender.publish(ALICE, "while away", 1).get(10, TimeUnit.SECONDS);
      taken.clear();
      try (InboundLink back = new TcpInboundLink(context, id)) {
        back.start(
            message -> {
              taken.add(TestClient.text(message.payload()));
              return CompletableFuture.completedFuture(null);
            });
        await().until(() -> taken.size() == 2);
        assertThat(taken).containsExactly("unfinished", "while away");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void anErrorOfTheHandlerDoesNotMakeTheLinkDeaf(Version version) throws Exception {
    Queue<String> taken = new ConcurrentLinkedQueue<>();
    AtomicBoolean broken = new AtomicBoolean(true);
    String id = "error-" + version;
    try (TestClient sender = sender();
        InboundLink link = new TcpInboundLink(context(version, broker.mqtt().tcp().port()), id)) {
      link.start(
          message -> {
            if (broken.getAndSet(false)) {
              throw new NoClassDefFoundError("im/hongyan/Missing");
            }
            taken.add(TestClient.text(message.payload()));
            return CompletableFuture.completedFuture(null);
          });
      await().until(link::isConnected);
      sender.publish(ALICE, "one", 1).get(10, TimeUnit.SECONDS);
      sender.publish(ALICE, "two", 1).get(10, TimeUnit.SECONDS);

      await().until(() -> taken.size() >= 2);
      assertThat(taken).containsExactly("one", "two");
    }
  }

  @ParameterizedTest
  @EnumSource
  void connectsAgainWhenTheNetworkIsBack(Version version) throws Exception {
    Queue<String> taken = new ConcurrentLinkedQueue<>();
    try (CuttableProxy cable = new CuttableProxy(broker.mqtt().tcp().port());
        TestClient sender = sender();
        TestClient bob = broker.client(Way.MQTT_5_TCP, "bob", "bob:phone").connect();
        TcpClientPublisher publisher =
            new TcpClientPublisher(context(version, cable.port()), "back-out-" + version);
        InboundLink link =
            new TcpInboundLink(context(version, cable.port()), "back-in-" + version)) {
      link.start(
          message -> {
            taken.add(TestClient.text(message.payload()));
            return CompletableFuture.completedFuture(null);
          });
      assertThat(bob.subscribe("/root/client/bob")).isTrue();
      await().until(() -> link.isConnected() && publisher.isConnected());

      cable.cut();
      await().until(() -> !link.isConnected() && !publisher.isConnected());
      assertThat(publisher.publish("/root/client/bob", new byte[1], 1))
          .failsWithin(Duration.ZERO)
          .withThrowableThat()
          .withCauseInstanceOf(MqttUnavailableException.class);
      sender.publish(ALICE, "meanwhile", 1).get(10, TimeUnit.SECONDS);

      cable.mend();
      await().until(() -> link.isConnected() && publisher.isConnected());
      await().until(() -> taken.contains("meanwhile"));
      publisher
          .publish("/root/client/bob", "yo".getBytes(StandardCharsets.UTF_8), 1)
          .toCompletableFuture()
          .get(10, TimeUnit.SECONDS);
      await().untilAsserted(() -> assertThat(bob.received).containsExactly("yo"));
    }
  }

  @ParameterizedTest
  @EnumSource
  void publishesKeepTheOrderOfTheCalls(Version version) throws Exception {
    try (TestClient bob = broker.client(Way.MQTT_5_TCP, "bob", "bob:phone").connect();
        TcpClientPublisher publisher =
            new TcpClientPublisher(
                context(version, broker.mqtt().tcp().port()), "out-" + version)) {
      assertThat(bob.subscribe("/root/client/bob")).isTrue();
      await().until(publisher::isConnected);
      for (int i = 0; i < 3_000; i++) {
        publisher.publish(
            "/root/client/bob", Integer.toString(i).getBytes(StandardCharsets.UTF_8), 1);
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> bob.received.size() == 3_000);
      assertThat(bob.received)
          .containsExactlyElementsOf(
              IntStream.range(0, 3_000).mapToObj(Integer::toString).toList());
    }
  }
}
