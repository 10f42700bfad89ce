package im.hongyan.ingest.inbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.sun.net.httpserver.HttpServer;
import im.hongyan.ingest.MessageIngestServiceApplication;
import im.hongyan.local.LocalRabbit;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.testsupport.FreePorts;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/** The service with RabbitMQ alone for both, in and out. */
class RabbitAsMqttBrokerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String PASSWORD = "secret";

  @TempDir private Path folder;

  @Test
  void messageOfAnMqttClientIsAnsweredOnItsTopic() throws Exception {
    assumeTrue(LocalRabbit.isInstalled(), "RabbitMQ is not installed (rabbitmq-server)");
    List<Integer> ports = FreePorts.pick(5);
    HttpServer neighbours =
        neighbour(
            "/internal/v1/heartbeats",
            """
            {"replies":[{"type":"heatbeat_reply","userId":"a.b","errcode":0}]}""");
    String url = "http://127.0.0.1:" + neighbours.getAddress().getPort();
    try (LocalRabbit _ = startRabbit(ports);
        ConfigurableApplicationContext service =
            MessageIngestServiceApplication.builder()
                .run(
                    "--server.port=0",
                    "--spring.rabbitmq.addresses=127.0.0.1:" + ports.get(0),
                    "--spring.rabbitmq.username=" + LocalRabbit.USER,
                    "--spring.rabbitmq.password=" + PASSWORD,
                    "--hongyan.ingest.inbound.kind=amqp-topic",
                    "--hongyan.mqtt.host=127.0.0.1",
                    "--hongyan.mqtt.port=" + ports.get(1),
                    "--hongyan.mqtt.version=mqtt-3-1-1",
                    "--hongyan.mqtt.username=" + LocalRabbit.USER,
                    "--hongyan.mqtt.password=" + PASSWORD,
                    "--hongyan.auth-client.url=" + url,
                    "--hongyan.session-client.url=" + url)) {
      assertThat(service.getBean(InboundLink.class)).isInstanceOf(AmqpTopicInboundLink.class);
      HealthIndicator health = service.getBean("mqttHealthIndicator", HealthIndicator.class);
      await().atMost(PATIENCE).until(() -> health.health().getStatus().equals(Status.UP));
      Queue<String> replies = new ConcurrentLinkedQueue<>();
      Mqtt3BlockingClient client = connect(ports.get(1), replies);

      client
          .publishWith()
          .topic("/root/server/a.b")
          .qos(MqttQos.AT_LEAST_ONCE)
          .payload("{\"type\":\"heatbeat\"}".getBytes(StandardCharsets.UTF_8))
          .send();

      await().atMost(PATIENCE).until(() -> !replies.isEmpty());
      assertThat(replies.element()).contains("heatbeat_reply", "a.b");
      client.disconnect();
    } finally {
      neighbours.stop(0);
    }
  }

  private LocalRabbit startRabbit(List<Integer> ports) {
    return LocalRabbit.start(
        new LocalRabbit.Options(
            folder,
            new LocalRabbit.Ports(
                ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4)),
            PASSWORD,
            Optional.empty()));
  }

  private static HttpServer neighbour(String path, String json) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    server.createContext(
        path,
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return server;
  }

  private static Mqtt3BlockingClient connect(int port, Queue<String> replies) {
    Mqtt3BlockingClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .identifier("a.b:phone")
            .serverHost("127.0.0.1")
            .serverPort(port)
            .buildBlocking();
    client
        .toAsync()
        .publishes(
            MqttGlobalPublishFilter.ALL,
            reply -> replies.add(new String(reply.getPayloadAsBytes(), StandardCharsets.UTF_8)));
    client
        .connectWith()
        .simpleAuth()
        .username(LocalRabbit.USER)
        .password(PASSWORD.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .send();
    client.subscribeWith().topicFilter("/root/client/a.b").qos(MqttQos.AT_LEAST_ONCE).send();
    return client;
  }
}
