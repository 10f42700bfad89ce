package im.hongyan.mqtt.tcp;

import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.InboundMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what clients publish through a subscription with manual acknowledgement in a session that
 * the broker keeps. When a message fails, the connection is made anew, so that the broker sends
 * again whatever is unacknowledged.
 */
public final class TcpInboundLink implements InboundLink {
  private static final Logger log = LoggerFactory.getLogger(TcpInboundLink.class);

  private static final String EVERYTHING_CLIENTS_SEND = "/root/server/+";

  private final BrokerConnection connection;
  private final ExecutorService handOver;
  private final String filter;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Counter received;
  private final Counter acknowledged;
  private final Counter refused;

  /** Set once by {@link #start}, before anything can arrive. */
  private volatile @Nullable InboundHandler handler;

  /** Connects when it is started. */
  public TcpInboundLink(LinkContext context, String clientId) {
    String group = context.properties().inbound().sharedSubscriptionGroup();
    this.filter =
        group.isEmpty()
            ? EVERYTHING_CLIENTS_SEND
            : "$share/" + group + "/" + EVERYTHING_CLIENTS_SEND;
    this.handOver =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("mqtt-inbound").factory());
    this.connection =
        new BrokerConnection(
            "inbound",
            context,
            HiveMqWireClients.maker(context, clientId, SessionKind.DURABLE),
            new BrokerConnection.SetUp() {
              @Override
              public void beforeConnect(WireClient client) {
                client.receive(message -> take(client, message), handOver);
              }

              @Override
              public CompletionStage<?> afterConnect(WireClient client) {
                return client.subscribe(filter);
              }
            });
    this.received = context.meters().counter("hongyan.mqtt.inbound", "result", "received");
    this.acknowledged = context.meters().counter("hongyan.mqtt.inbound", "result", "acknowledged");
    this.refused = context.meters().counter("hongyan.mqtt.inbound", "result", "unacknowledged");
    Gauge.builder("hongyan.mqtt.inbound.under.way", underWay, AtomicInteger::get)
        .register(context.meters());
  }

  @Override
  public void start(InboundHandler handler) {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException("inbound link: already started (expected: one start)");
    }
    this.handler = handler;
    connection.open();
  }

  @Override
  public boolean isStarted() {
    return handler != null;
  }

  @Override
  public boolean isConnected() {
    return connection.ready() != null;
  }

  /** Throws nothing, whatever the handler does: a throw would end the delivery for good. */
  private void take(WireClient client, WireClient.Received message) {
    received.increment();
    underWay.incrementAndGet();
    var _ =
        handle(message)
            .whenComplete(
                (done, failure) -> {
                  underWay.decrementAndGet();
                  if (failure == null) {
                    acknowledged.increment();
                    message.acknowledge().run();
                  } else {
                    refused.increment();
                    log.warn(
                        "MQTT inbound: a message on {} was not taken ({}); it will come again",
                        message.topic(),
                        failure.toString());
                    connection.renew(client, failure);
                  }
                });
  }

  @SuppressWarnings("IllegalCatch") // whatever the handler throws means: not taken
  private CompletionStage<?> handle(WireClient.Received message) {
    InboundHandler current = handler;
    if (current == null) {
      return CompletableFuture.failedFuture(new IllegalStateException("not started"));
    }
    try {
      return Objects.requireNonNull(
          current.onMessage(
              new InboundMessage(message.topic(), message.payload(), message.qos(), null)),
          "the handler's stage");
    } catch (Throwable thrown) {
      return CompletableFuture.failedFuture(thrown);
    }
  }

  @Override
  public void close() {
    started.set(true);
    connection.close();
    handOver.shutdown();
  }
}
