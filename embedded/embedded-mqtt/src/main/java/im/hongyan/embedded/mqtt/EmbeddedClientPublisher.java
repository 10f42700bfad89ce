package im.hongyan.embedded.mqtt;

import com.hivemq.extension.sdk.api.packets.general.Qos;
import com.hivemq.extension.sdk.api.services.builder.Builders;
import com.hivemq.extension.sdk.api.services.publish.PublishService;
import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.MqttUnavailableException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** Publishes through the broker's own publish service, without a connection. */
final class EmbeddedClientPublisher implements ClientPublisher {
  private final Counter published;
  private final Counter failed;

  /** Set while the broker runs. */
  private volatile @Nullable PublishService service;

  EmbeddedClientPublisher(MeterRegistry meters) {
    this.published = meters.counter("hongyan.mqtt.published", "result", "ok");
    this.failed = meters.counter("hongyan.mqtt.published", "result", "failed");
  }

  void open(PublishService publishService) {
    this.service = publishService;
  }

  void close() {
    this.service = null;
  }

  @Override
  public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
    PublishService current = service;
    if (current == null) {
      failed.increment();
      return CompletableFuture.failedFuture(
          new MqttUnavailableException("publish: the MQTT broker is not running"));
    }
    return current
        .publish(
            Builders.publish()
                .topic(topic)
                .payload(ByteBuffer.wrap(payload))
                .qos(Qos.valueOf(qos))
                .build())
        .whenComplete((done, failure) -> (failure == null ? published : failed).increment());
  }

  @Override
  public boolean isConnected() {
    return service != null;
  }
}
