package im.hongyan.embedded.mqtt;

import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.InboundMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages straight from the broker's clients. The PUBACK (or PUBREC) goes to the client only
 * when the handler's stage has completed. A message that is not taken: an MQTT 5 client gets a
 * PUBACK with a failing reason code, a 3.1.1 client is disconnected, so that it sends again.
 *
 * <p>Messages that arrive before {@link #start} wait for it, within the handler's time limit.
 */
final class EmbeddedInboundLink implements InboundLink {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedInboundLink.class);

  /** Completed by {@link #start}, or exceptionally by {@link #close}. */
  private final CompletableFuture<InboundHandler> handler = new CompletableFuture<>();

  private final Counter received;
  private final Counter acknowledged;
  private final Counter refused;
  private volatile boolean closed;

  EmbeddedInboundLink(MeterRegistry meters) {
    this.received = meters.counter("hongyan.mqtt.inbound", "result", "received");
    this.acknowledged = meters.counter("hongyan.mqtt.inbound", "result", "acknowledged");
    this.refused = meters.counter("hongyan.mqtt.inbound", "result", "unacknowledged");
  }

  @Override
  public void start(InboundHandler taker) {
    if (!handler.complete(taker)) {
      throw new IllegalStateException(
          "inbound link: already started or closed (expected: one start)");
    }
  }

  @Override
  public boolean isConnected() {
    return !closed && handler.isDone();
  }

  /** The handler's stage; never throws. */
  CompletionStage<?> handOver(InboundMessage message) {
    received.increment();
    CompletionStage<?> stage = closed ? failed() : call(message);
    return stage.whenComplete(
        (done, failure) -> {
          if (failure == null) {
            acknowledged.increment();
          } else {
            refused.increment();
            log.warn(
                "MQTT inbound: a message on {} was not taken ({})",
                message.topic(),
                failure.toString());
          }
        });
  }

  private CompletionStage<?> call(InboundMessage message) {
    return handler.thenCompose(taker -> taker.onMessage(message));
  }

  private static CompletionStage<?> failed() {
    return CompletableFuture.failedFuture(new IllegalStateException("inbound link is closed"));
  }

  /** A dead client cannot send again: what is not taken is lost, as with any will. */
  void handOverWill(InboundMessage will) {
    var _ = handOver(will);
  }

  @Override
  public void close() {
    closed = true;
    handler.completeExceptionally(new IllegalStateException("inbound link is closed"));
  }
}
