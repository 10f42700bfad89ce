package im.hongyan.embedded.mqtt;

import im.hongyan.mqtt.hooks.BrokerHooks;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the embedded broker runs.
 *
 * @param tcp where it listens for MQTT over TCP
 * @param webSocket where it listens for MQTT over WebSocket, path {@code /mqtt}
 * @param dataFolder where it puts scratch files; a temporary folder, deleted at the end, when null
 * @param hooks who decides about clients
 * @param inbound where messages of clients go
 * @param limits what it accepts from clients
 * @param meters where it counts
 */
public record EmbeddedMqttOptions(
    Endpoint tcp,
    Endpoint webSocket,
    @Nullable Path dataFolder,
    BrokerHooks hooks,
    Inbound inbound,
    Limits limits,
    MeterRegistry meters) {

  /**
   * An address to listen on.
   *
   * @param address the IP address of the interface, {@code 0.0.0.0} for all
   * @param port the port; 0 for any free one
   */
  public record Endpoint(String address, int port) {
    /** Any free port, reachable from this machine alone. */
    public static final Endpoint ANY_ON_LOOPBACK = new Endpoint("127.0.0.1", 0);
  }

  /** Where messages of clients go. */
  public enum Inbound {
    /** To the handler of {@link EmbeddedMqtt#inboundLink()}, which acknowledges them. */
    TO_HANDLER,
    /** To services that subscribe over TCP, as with any other broker. */
    TO_SUBSCRIBERS
  }

  /**
   * What is accepted from clients.
   *
   * @param maxPacketBytes larger packets end the connection; the payload is judged by the handler,
   *     so that a sender is told what was wrong
   * @param receiveMaximum how many unacknowledged publishes one MQTT 5 client may have
   * @param maxQueuedMessages how many messages wait for one client; newer ones are discarded
   * @param sessionExpiry how long a session outlives its connection at most; zero unless services
   *     subscribe: what a client has missed is in its outbox
   * @param connectTimeout how long a connection may take to send its CONNECT
   * @param decisionTimeout how long the hook may take to decide
   * @param handlerTimeout how long the handler may take for one message
   */
  public record Limits(
      int maxPacketBytes,
      int receiveMaximum,
      int maxQueuedMessages,
      Duration sessionExpiry,
      Duration connectTimeout,
      Duration decisionTimeout,
      Duration handlerTimeout) {
    /** What suits most. */
    public static final Limits DEFAULT =
        new Limits(
            16 * 1024 * 1024,
            1_000,
            10_000,
            Duration.ZERO,
            Duration.ofSeconds(10),
            Duration.ofSeconds(10),
            Duration.ofSeconds(30));

    /** The same with sessions that outlive their connections. */
    public Limits withSessionExpiry(Duration expiry) {
      return new Limits(
          maxPacketBytes,
          receiveMaximum,
          maxQueuedMessages,
          expiry,
          connectTimeout,
          decisionTimeout,
          handlerTimeout);
    }

    /** The same with another time for the handler. */
    public Limits withHandlerTimeout(Duration timeout) {
      return new Limits(
          maxPacketBytes,
          receiveMaximum,
          maxQueuedMessages,
          sessionExpiry,
          connectTimeout,
          decisionTimeout,
          timeout);
    }
  }

  /** On free ports of the loopback interface, in a temporary folder. */
  public static EmbeddedMqttOptions with(BrokerHooks hooks) {
    return new EmbeddedMqttOptions(
        Endpoint.ANY_ON_LOOPBACK,
        Endpoint.ANY_ON_LOOPBACK,
        null,
        hooks,
        Inbound.TO_HANDLER,
        Limits.DEFAULT,
        new SimpleMeterRegistry());
  }

  /** The same on other addresses. */
  public EmbeddedMqttOptions on(Endpoint newTcp, Endpoint newWebSocket) {
    return new EmbeddedMqttOptions(
        newTcp, newWebSocket, dataFolder, hooks, inbound, limits, meters);
  }

  /** The same with its scratch files in this folder. */
  public EmbeddedMqttOptions in(Path folder) {
    return new EmbeddedMqttOptions(tcp, webSocket, folder, hooks, inbound, limits, meters);
  }

  /** The same with another way for inbound messages. */
  public EmbeddedMqttOptions inbound(Inbound way) {
    return new EmbeddedMqttOptions(tcp, webSocket, dataFolder, hooks, way, limits, meters);
  }

  /** The same with other limits. */
  public EmbeddedMqttOptions limits(Limits other) {
    return new EmbeddedMqttOptions(tcp, webSocket, dataFolder, hooks, inbound, other, meters);
  }

  /** The same, counting elsewhere. */
  public EmbeddedMqttOptions meters(MeterRegistry registry) {
    return new EmbeddedMqttOptions(tcp, webSocket, dataFolder, hooks, inbound, limits, registry);
  }
}
