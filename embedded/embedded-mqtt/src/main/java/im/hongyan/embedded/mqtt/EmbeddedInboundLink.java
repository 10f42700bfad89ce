package im.hongyan.embedded.mqtt;

import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.InboundMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayDeque;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages straight from the broker's clients. The PUBACK (or PUBREC) goes to the client only
 * when the handler's stage has completed. A message that is not taken: an MQTT 5 client gets a
 * PUBACK with a failing reason code, a 3.1.1 client is disconnected, so that it sends again.
 *
 * <p>Messages that arrive before {@link #start} wait for it, within the handler's time limit, and
 * are handed over first, in the order in which they came.
 */
final class EmbeddedInboundLink implements InboundLink {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedInboundLink.class);

  /** Guards what is early, and the two transitions. */
  private final ReentrantLock lock = new ReentrantLock();

  /** What came before the handler, oldest first. */
  private final ArrayDeque<Early> early = new ArrayDeque<>();

  private final Counter received;
  private final Counter acknowledged;
  private final Counter refused;

  /** Set under the lock, once what was early has been handed over. */
  private volatile @Nullable InboundHandler handler;

  private volatile boolean closed;

  EmbeddedInboundLink(MeterRegistry meters) {
    this.received = meters.counter("hongyan.mqtt.inbound", "result", "received");
    this.acknowledged = meters.counter("hongyan.mqtt.inbound", "result", "acknowledged");
    this.refused = meters.counter("hongyan.mqtt.inbound", "result", "unacknowledged");
  }

  private record Early(InboundMessage message, CompletableFuture<Object> taken) {}

  @Override
  public void start(InboundHandler taker) {
    lock.lock();
    try {
      if (closed || handler != null) {
        throw new IllegalStateException(
            "inbound link: already started or closed (expected: one start)");
      }
      for (Early next = early.poll(); next != null; next = early.poll()) {
        CompletableFuture<Object> taken = next.taken();
        call(taker, next.message()).whenComplete((done, failure) -> settle(taken, failure));
      }
      handler = taker;
    } finally {
      lock.unlock();
    }
  }

  private static void settle(CompletableFuture<Object> taken, @Nullable Throwable failure) {
    if (failure == null) {
      taken.complete(true);
    } else {
      taken.completeExceptionally(failure);
    }
  }

  @Override
  public boolean isStarted() {
    return handler != null;
  }

  @Override
  public boolean isConnected() {
    return !closed && handler != null;
  }

  /** The handler's stage; never throws. */
  CompletionStage<?> handOver(InboundMessage message) {
    received.increment();
    InboundHandler taker = handler;
    CompletionStage<?> stage =
        closed ? failed() : taker == null ? early(message) : call(taker, message);
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

  private CompletionStage<?> early(InboundMessage message) {
    lock.lock();
    try {
      InboundHandler taker = handler;
      if (closed) {
        return failed();
      }
      if (taker != null) {
        return call(taker, message);
      }
      CompletableFuture<Object> taken = new CompletableFuture<>();
      early.add(new Early(message, taken));
      return taken;
    } finally {
      lock.unlock();
    }
  }

  @SuppressWarnings("IllegalCatch") // whatever the handler throws means: not taken
  private static CompletionStage<?> call(InboundHandler taker, InboundMessage message) {
    try {
      return Objects.requireNonNull(taker.onMessage(message), "the handler's stage");
    } catch (Throwable thrown) {
      return CompletableFuture.failedFuture(thrown);
    }
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
    lock.lock();
    try {
      closed = true;
      early.forEach(
          waiting ->
              waiting
                  .taken()
                  .completeExceptionally(new IllegalStateException("inbound link is closed")));
      early.clear();
    } finally {
      lock.unlock();
    }
  }
}
