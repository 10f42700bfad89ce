package im.hongyan.standalone;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the suite runs in one process.
 *
 * @param data the folder that holds everything that must survive
 * @param address the interface on which the gateway and MQTT listen; all by default
 * @param port the gateway's port; 0 for any free one
 * @param mqttPort the MQTT port; 0 for any free one
 * @param operatorPort the port on the loopback interface for metrics and health; 0 for any free
 *     one; where empty, {@value #OPERATOR}, or any free one where that is busy
 * @param userSystem the customer's user system; the demo where empty
 * @param mongo a MongoDB to use instead of the embedded store
 * @param amqp a RabbitMQ to use instead of the embedded broker
 * @param mqtt an MQTT broker to use instead of the embedded one
 * @param properties further settings, given to every service
 */
public record ServerOptions(
    Path data,
    InetAddress address,
    int port,
    int mqttPort,
    OptionalInt operatorPort,
    Optional<URI> userSystem,
    Optional<URI> mongo,
    Optional<URI> amqp,
    Optional<ExternalMqtt> mqtt,
    Map<String, String> properties) {
  /** The usual port for operators. */
  public static final int OPERATOR = 9080;

  private static final InetAddress EVERYWHERE = new InetSocketAddress(0).getAddress();
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
   * @param hook where it asks who may connect, subscribe and publish: auth-bridge-service listens
   *     there
   */
  public record ExternalMqtt(String host, int port, URI webSocket, InetSocketAddress hook) {}

  /** Everything embedded, on the usual ports. */
  public static ServerOptions in(Path data) {
    return new ServerOptions(
        data,
        EVERYWHERE,
        HTTP,
        MQTT,
        OptionalInt.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Map.of());
  }

  /** The same on free ports of the loopback interface, as tests want it. */
  public ServerOptions onFreePorts() {
    return new ServerOptions(
        data,
        InetAddress.getLoopbackAddress(),
        0,
        0,
        OptionalInt.of(0),
        userSystem,
        mongo,
        amqp,
        mqtt,
        properties);
  }

  /** The same with these settings for every service instead of those given before. */
  public ServerOptions with(Map<String, String> settings) {
    return new ServerOptions(
        data, address, port, mqttPort, operatorPort, userSystem, mongo, amqp, mqtt, settings);
  }
}
