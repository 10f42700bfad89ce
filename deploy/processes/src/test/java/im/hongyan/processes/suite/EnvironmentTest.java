package im.hongyan.processes.suite;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;

class EnvironmentTest {
  private static final InetSocketAddress BROKER =
      InetSocketAddress.createUnresolved("broker.example", 32768);

  private static Map<String, String> told(Part part, Brokers brokers) {
    return Environment.of(
        part,
        2,
        8080,
        9080,
        new Addresses(
            URI.create("amqp://guest:guest@rabbit.example:5672"),
            BROKER,
            URI.create("ws://broker.example:8083/mqtt"),
            URI.create("mongodb://store.example:27017/hongyan"),
            URI.create("http://users.example"),
            Map.of(Part.AUTH_BRIDGE, 8081, Part.SESSION, 8082),
            brokers,
            "among-us",
            URI.create("file:/key.pem"),
            URI.create("file:/words")));
  }

  @Test
  void servicesOnEmqxSpeakMqtt5AndLogInAsTheHookExpects() {
    assertThat(told(Part.INGEST, Brokers.RABBITMQ_AND_EMQX))
        .containsEntry("HONGYAN_MQTT_HOST", "broker.example")
        .containsEntry("HONGYAN_MQTT_PORT", "32768")
        .containsEntry("HONGYAN_MQTT_INSTANCE", "2")
        .containsEntry("HONGYAN_MQTT_USERNAME", "service:ingest")
        .containsEntry("HONGYAN_MQTT_PASSWORD", "among-us")
        .doesNotContainKeys("HONGYAN_MQTT_VERSION", "HONGYAN_INGEST_INBOUND_KIND");
    assertThat(told(Part.PUSH, Brokers.RABBITMQ_AND_EMQX))
        .containsEntry("HONGYAN_MQTT_USERNAME", "service:push")
        .containsEntry("SPRING_RABBITMQ_ADDRESSES", "amqp://guest:guest@rabbit.example:5672")
        .containsEntry("SPRING_MONGODB_URI", "mongodb://store.example:27017/hongyan");
    assertThat(told(Part.GATEWAY, Brokers.RABBITMQ_AND_EMQX))
        .containsEntry("HONGYAN_GATEWAY_UPSTREAMS_MQTT", "ws://broker.example:8083/mqtt");
  }

  @Test
  void servicesOnMosquittoOrRabbitSpeakMqtt3() {
    assertThat(told(Part.INGEST, Brokers.RABBITMQ))
        .containsEntry("HONGYAN_MQTT_VERSION", "mqtt-3-1-1")
        .containsEntry("HONGYAN_INGEST_INBOUND_KIND", "amqp-topic");
    assertThat(told(Part.PUSH, Brokers.RABBITMQ_AND_MOSQUITTO))
        .containsEntry("HONGYAN_MQTT_VERSION", "mqtt-3-1-1")
        .containsEntry("HONGYAN_MQTT_USERNAME", "push");
  }

  @Test
  void linksToServersElsewhereCannotBeBroken() {
    SuiteOptions options =
        SuiteOptions.in(Path.of(""), Path.of(""), Brokers.RABBITMQ_AND_EMQX).withBreakableLinks();

    assertThatThrownBy(() -> RunningSuite.start(options, new NoServers()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("expected: neither");
  }

  @Test
  void emqxIsNotStartedOnThisMachine() {
    SuiteOptions options = SuiteOptions.in(Path.of(""), Path.of(""), Brokers.RABBITMQ_AND_EMQX);

    assertThatThrownBy(() -> RunningSuite.start(options))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("EMQX");
  }

  /** They are not started. */
  private static final class NoServers implements BackendServers {
    @Override
    public BackendAddresses start(BrokerHook hook) {
      throw new AssertionError("started");
    }

    @Override
    public void close() {}
  }
}
