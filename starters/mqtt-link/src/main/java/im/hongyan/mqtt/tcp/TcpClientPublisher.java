package im.hongyan.mqtt.tcp;

import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.MqttUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Publishes over a connection of its own, and fails at once what the broker cannot take. */
public final class TcpClientPublisher implements ClientPublisher, AutoCloseable {
  private final BrokerConnection connection;
  private final int maxInFlight;
  private final AtomicInteger inFlight = new AtomicInteger();
  private final Counter published;
  private final Counter failed;
  private final Counter refused;

  /** Connects in the background from the moment it exists. */
  public TcpClientPublisher(LinkContext context, String clientId) {
    this.maxInFlight = context.properties().publish().maxInFlight();
    this.connection =
        new BrokerConnection(
            "publisher",
            context,
            HiveMqWireClients.maker(context, clientId, SessionKind.TRANSIENT),
            new BrokerConnection.SetUp() {
              @Override
              public void beforeConnect(WireClient client) {}

              @Override
              public CompletionStage<?> afterConnect(WireClient client) {
                return CompletableFuture.completedFuture(null);
              }
            });
    this.published = context.meters().counter("hongyan.mqtt.published", "result", "ok");
    this.failed = context.meters().counter("hongyan.mqtt.published", "result", "failed");
    this.refused = context.meters().counter("hongyan.mqtt.published", "result", "refused");
    Gauge.builder("hongyan.mqtt.published.in.flight", inFlight, AtomicInteger::get)
        .register(context.meters());
    connection.open();
  }

  @Override
  public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
    WireClient client = connection.ready();
    if (client == null) {
      refused.increment();
      return CompletableFuture.failedFuture(
          new MqttUnavailableException("publish: not connected to the MQTT broker"));
    }
    if (inFlight.incrementAndGet() > maxInFlight) {
      inFlight.decrementAndGet();
      refused.increment();
      return CompletableFuture.failedFuture(
          new MqttUnavailableException(
              "publish: %d messages wait for the MQTT broker (expected: fewer)"
                  .formatted(maxInFlight)));
    }
    CompletableFuture<Object> outcome = new CompletableFuture<>();
    client
        .publish(topic, payload, qos)
        .whenComplete(
            (done, failure) -> {
              inFlight.decrementAndGet();
              if (failure == null) {
                published.increment();
                outcome.complete(topic);
              } else {
                failed.increment();
                outcome.completeExceptionally(
                    new MqttUnavailableException(
                        "publish to %s: %s".formatted(topic, failure), failure));
              }
            });
    return outcome;
  }

  @Override
  public boolean isConnected() {
    return connection.ready() != null;
  }

  @Override
  public void close() {
    connection.close();
  }
}
