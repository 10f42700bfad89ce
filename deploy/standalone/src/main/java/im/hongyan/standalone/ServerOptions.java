package im.hongyan.standalone;

import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How the suite runs in one process.
 *
 * @param data the folder that holds everything that must survive
 * @param address the interface on which the gateway and MQTT listen; all by default
 * @param port the gateway's port; 0 for any free one
 * @param mqttPort the MQTT port; 0 for any free one
 * @param userSystem the customer's user system; the demo where empty
 * @param mongo a MongoDB to use instead of the embedded store
 * @param amqp a RabbitMQ to use instead of the embedded broker
 * @param mqtt an MQTT broker to use instead of the embedded one
 * @param properties further settings, given to every service
 */
public record ServerOptions(
    Path data,
    String address,
    int port,
    int mqttPort,
    Optional<URI> userSystem,
    Optional<URI> mongo,
    Optional<URI> amqp,
    Optional<ExternalMqtt> mqtt,
    Map<String, String> properties) {
  private static final int HTTP = 8080;
  private static final int MQTT = 1883;

  /** Copies what could change. */
  public ServerOptions {
    properties = Map.copyOf(properties);
  }

  /**
   * An MQTT broker that runs elsewhere.
   *
   * @param host its host
   * @param port its port for MQTT over TCP
   * @param webSocket its listener for MQTT over WebSocket
   */
  public record ExternalMqtt(String host, int port, URI webSocket) {}

  /** Everything embedded, on the usual ports. */
  public static ServerOptions in(Path data) {
    return new ServerOptions(
        data,
        "0.0.0.0",
        HTTP,
        MQTT,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** The same on free ports of the loopback interface, as tests want it. */
  public ServerOptions onFreePorts() {
    return new ServerOptions(data, "127.0.0.1", 0, 0, userSystem, mongo, amqp, mqtt, properties);
  }

  /** The same on these ports. */
  public ServerOptions onPorts(int http, int mqttTcp) {
    return new ServerOptions(
        data, address, http, mqttTcp, userSystem, mongo, amqp, mqtt, properties);
  }

  /** The same with these settings for every service instead of those given before. */
  public ServerOptions with(Map<String, String> settings) {
    return new ServerOptions(
        data, address, port, mqttPort, userSystem, mongo, amqp, mqtt, settings);
  }

  /** The same with real servers instead of embedded ones, where they are given. */
  public ServerOptions using(
      Optional<URI> realMongo, Optional<URI> realAmqp, Optional<ExternalMqtt> realMqtt) {
    return new ServerOptions(
        data, address, port, mqttPort, userSystem, realMongo, realAmqp, realMqtt, properties);
  }

  /** The same with the customer's own user system. */
  public ServerOptions askingUsersAt(URI customersUserSystem) {
    return new ServerOptions(
        data,
        address,
        port,
        mqttPort,
        Optional.of(customersUserSystem),
        mongo,
        amqp,
        mqtt,
        properties);
  }
}
