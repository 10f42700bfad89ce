package im.hongyan.embedded.mqtt;

import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.MqttUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Publishes into the connections of clients, past the broker's queues, at QoS 0 whatever is asked
 * for ({@link ClientOutlet} says why that is enough).
 */
final class EmbeddedClientPublisher implements ClientPublisher {
  private static final CompletionStage<?> TAKEN = CompletableFuture.completedStage(null);

  private final ClientOutlets outlets;
  private final Counter published;
  private final Counter failed;
  private volatile boolean open;

  EmbeddedClientPublisher(ClientOutlets outlets, MeterRegistry meters) {
    this.outlets = outlets;
    this.published = meters.counter("hongyan.mqtt.published", "result", "ok");
    this.failed = meters.counter("hongyan.mqtt.published", "result", "failed");
  }

  void open() {
    open = true;
  }

  void close() {
    open = false;
  }

  @Override
  public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
    if (!open) {
      failed.increment();
      return CompletableFuture.failedStage(
          new MqttUnavailableException("publish: the MQTT broker is not running"));
    }
    outlets.publish(topic, payload);
    published.increment();
    return TAKEN;
  }

  @Override
  public boolean isConnected() {
    return open;
  }
}
