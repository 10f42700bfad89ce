package im.hongyan.embedded.mqtt;

import im.hongyan.mqtt.InboundMessage;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Function;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One broker for all tests of a run: starting and stopping it takes seconds. */
final class Broker implements BeforeEachCallback {
  private static final CompletionStage<?> TAKEN = CompletableFuture.completedFuture(null);
  private Running running;

  /** The broker with what it has handed over. */
  static final class Running implements AutoCloseable {
    final RecordingHooks hooks = new RecordingHooks();
    final Queue<InboundMessage> inbound = new ConcurrentLinkedQueue<>();
    volatile Function<InboundMessage, CompletionStage<?>> handler = message -> TAKEN;
    final EmbeddedMqtt mqtt =
        EmbeddedMqtt.start(
            EmbeddedMqttOptions.with(hooks)
                .limits(
                    EmbeddedMqttOptions.Limits.DEFAULT
                        .withHandlerTimeout(Duration.ofSeconds(20))
                        .withSessionExpiry(Duration.ofHours(1))));

    Running() {
      mqtt.inboundLink()
          .start(
              message -> {
                inbound.add(message);
                return handler.apply(message);
              });
    }

    @Override
    public void close() {
      mqtt.close();
    }
  }

  @Override
  public void beforeEach(ExtensionContext context) {
    running =
        context
            .getRoot()
            .getStore(ExtensionContext.Namespace.GLOBAL)
            .computeIfAbsent(Running.class, none -> new Running(), Running.class);
    running.inbound.clear();
    running.hooks.requests.clear();
    running.hooks.connected.clear();
    running.hooks.ended.clear();
    running.handler = message -> TAKEN;
  }

  EmbeddedMqtt mqtt() {
    return running.mqtt;
  }

  RecordingHooks hooks() {
    return running.hooks;
  }

  Queue<InboundMessage> inbound() {
    return running.inbound;
  }

  void handler(Function<InboundMessage, CompletionStage<?>> handler) {
    running.handler = handler;
  }

  TestClient client(Way way, String user, String clientId) {
    return new TestClient(
        way, user, clientId, way.webSocket ? mqtt().webSocket().port() : mqtt().tcp().port());
  }
}
