package im.hongyan.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.mqtt3.Mqtt3BlockingClient;
import com.hivemq.client.mqtt.mqtt3.exceptions.Mqtt3ConnAckException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.MessageProperties;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalServersIT {
  @TempDir Path folder;

  @Test
  void aRabbitThatIsKilledComesUpAgainWithWhatItConfirmed() throws Exception {
    assumeTrue(LocalRabbit.isInstalled(), "rabbitmq-server is not installed");
    List<Integer> ports = freePorts(5);
    var options =
        new LocalRabbit.Options(
            folder,
            new LocalRabbit.Ports(
                ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4)),
            "secret",
            Optional.empty());
    try (LocalRabbit rabbit = LocalRabbit.start(options)) {
      ConnectionFactory factory = new ConnectionFactory();
      factory.setUri(rabbit.uri());
      try (Connection connection = factory.newConnection()) {
        Channel channel = connection.createChannel();
        channel.confirmSelect();
        channel.queueDeclare("q", true, false, false, Map.of("x-queue-type", "quorum"));
        channel.basicPublish(
            "", "q", MessageProperties.PERSISTENT_BASIC, "hi".getBytes(StandardCharsets.UTF_8));
        channel.waitForConfirmsOrDie(5_000);
        // RabbitMQ writes down which quorum queues it has up to three seconds late.
        await().atMost(Duration.ofSeconds(10)).until(() -> knowsItsQueue(rabbit.data()));
        rabbit.process().kill();
      } catch (IOException | RuntimeException e) {
        // The connection is closed over a node that is not there any more.
      }
      assertThat(rabbit.process().isAlive()).isFalse();
      rabbit.startAgain();
      try (Connection connection = factory.newConnection()) {
        byte[] body = connection.createChannel().basicGet("q", true).getBody();
        assertThat(new String(body, StandardCharsets.UTF_8)).isEqualTo("hi");
      }
      assertThatThrownBy(() -> connect(ports.get(1), "alice", "demo-alice"))
          .isInstanceOf(Mqtt3ConnAckException.class);
    }
    assertThat(LocalProcess.accepts(ports.get(4))).isFalse();
  }

  @Test
  void aPausedMosquittoAnswersNobodyUntilItGoesOn() throws Exception {
    assumeTrue(LocalMosquitto.isInstalled(), "mosquitto is not installed");
    List<Integer> ports = freePorts(3);
    var options =
        new LocalMosquitto.Options(
            folder, ports.get(0), ports.get(1), ports.get(2), List.of("push"), "secret");
    try (LocalMosquitto mosquitto = LocalMosquitto.start(options)) {
      connect(ports.get(2), "push", "secret").disconnect();
      assertThatThrownBy(() -> connect(ports.get(2), "push", "wrong"))
          .isInstanceOf(Mqtt3ConnAckException.class);

      mosquitto.process().pause();
      assertThatThrownBy(() -> connect(ports.get(0), "alice", "demo-alice"))
          .hasMessageContaining("imeout");
      mosquitto.process().resume();
      connect(ports.get(0), "alice", "demo-alice").disconnect();
    }
  }

  private static boolean knowsItsQueue(Path data) throws IOException {
    try (Stream<Path> files = Files.walk(data)) {
      for (Path names :
          files.filter(file -> file.toString().matches(".*/quorum/.*/names.dets")).toList()) {
        if (new String(Files.readAllBytes(names), StandardCharsets.ISO_8859_1).contains("%2F_q")) {
          return true;
        }
      }
    }
    return false;
  }

  private static Mqtt3BlockingClient connect(int port, String user, String password) {
    Mqtt3BlockingClient client =
        MqttClient.builder()
            .useMqttVersion3()
            .serverHost("127.0.0.1")
            .serverPort(port)
            .identifier(user + ":test")
            .transportConfig()
            .mqttConnectTimeout(2, TimeUnit.SECONDS)
            .applyTransportConfig()
            .buildBlocking();
    client
        .connectWith()
        .simpleAuth()
        .username(user)
        .password(password.getBytes(StandardCharsets.UTF_8))
        .applySimpleAuth()
        .send();
    return client;
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(new ServerSocket(0));
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : open) {
        socket.close();
      }
    }
  }
}
