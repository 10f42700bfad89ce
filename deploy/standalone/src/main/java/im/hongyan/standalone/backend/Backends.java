package im.hongyan.standalone.backend;

import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.InboundLink;
import java.net.URI;
import java.util.Map;
import java.util.Optional;

/**
 * Where the services find the store and the brokers.
 *
 * @param mongo the store, with the database's name
 * @param amqp the AMQP broker, credentials included
 * @param mqtt the MQTT broker
 */
public record Backends(URI mongo, URI amqp, Mqtt mqtt) {
  /**
   * An MQTT broker.
   *
   * @param host its host
   * @param port its port for MQTT over TCP
   * @param webSocket its listener for MQTT over WebSocket
   * @param inbound the way from its clients, where it runs in this process
   * @param publisher the way to its clients, where it runs in this process
   */
  public record Mqtt(
      String host,
      int port,
      URI webSocket,
      Optional<InboundLink> inbound,
      Optional<ClientPublisher> publisher) {}

  /** The settings that a service needs to reach them. */
  public Map<String, String> settings() {
    return Map.of(
        "spring.mongodb.uri", mongo.toString(),
        "spring.rabbitmq.addresses", amqp.toString(),
        "hongyan.mqtt.host", mqtt.host(),
        "hongyan.mqtt.port", Integer.toString(mqtt.port()));
  }
}
