package im.hongyan.mqtt.tcp;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a connection up: when it ends, a fresh client connects after a back-off, so that whatever
 * hung on the old one has failed by then. All changes of state happen on its one thread.
 */
final class BrokerConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(BrokerConnection.class);
  private static final int MAX_DOUBLINGS = 16;

  /** Prepares a client; both are called for each new connection. */
  interface SetUp {
    /** Before the client connects. */
    void beforeConnect(WireClient client);

    /** After it has connected; the connection counts as ready when this completes. */
    CompletionStage<?> afterConnect(WireClient client);
  }

  private final String name;
  private final LinkContext context;
  private final WireClient.Maker maker;
  private final SetUp setUp;
  private final ScheduledExecutorService thread;

  /** What publishers use; set and cleared by the thread. */
  private volatile @Nullable WireClient ready;

  /** The client that connects or is connected; owned by the thread. */
  private @Nullable WireClient active;

  /** When the active client became ready; owned by the thread. */
  private @Nullable Instant readySince;

  /** Attempts since a connection last proved stable; owned by the thread. */
  private int attempts;

  /** No new connection is made any more; owned by the thread. */
  private boolean closed;

  BrokerConnection(String name, LinkContext context, WireClient.Maker maker, SetUp setUp) {
    this.name = name;
    this.context = context;
    this.maker = maker;
    this.setUp = setUp;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("mqtt-link-" + name).factory());
  }

  void open() {
    thread.execute(this::connect);
  }

  /** The connected client, or null. */
  @Nullable WireClient ready() {
    return ready;
  }

  /** Ends this client's connection and makes a new one, if it is still the current one. */
  void renew(WireClient client, Throwable reason) {
    onThread(() -> lost(client, reason));
  }

  @SuppressWarnings("IllegalCatch") // whatever it is, the next attempt may succeed
  private void connect() {
    if (closed) {
      return;
    }
    try {
      attempt();
    } catch (Throwable failure) {
      ended(failure);
    }
  }

  private void attempt() {
    Attempt attempt = new Attempt();
    WireClient client = maker.make(cause -> onThread(() -> lost(attempt.client, cause)));
    attempt.client = client;
    active = client;
    setUp.beforeConnect(client);
    Duration timeout = context.properties().connectTimeout().multipliedBy(2);
    var _ =
        client
            .connect()
            .thenCompose(connected -> setUp.afterConnect(client))
            .toCompletableFuture()
            .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
            .whenComplete(
                (done, failure) ->
                    onThread(
                        () -> {
                          if (failure == null) {
                            established(client);
                          } else {
                            lost(client, failure);
                          }
                        }));
  }

  private void established(WireClient client) {
    if (!client.equals(active)) {
      return;
    }
    ready = client;
    readySince = context.clock().instant();
    log.info("MQTT {}: connected to {}", name, context.properties());
  }

  private void lost(@Nullable WireClient client, Throwable cause) {
    if (client != null && client.equals(active)) {
      ended(cause);
    }
  }

  /** Gives up the active client, if there is one, and arranges for the next. */
  private void ended(Throwable cause) {
    WireClient client = active;
    active = null;
    ready = null;
    if (client != null) {
      client.disconnect();
    }
    if (closed) {
      return;
    }
    Duration longest = context.properties().reconnect().longestDelay();
    boolean wasStable =
        readySince != null && readySince.plus(longest).isBefore(context.clock().instant());
    readySince = null;
    attempts = wasStable ? 0 : attempts + 1;
    Duration delay = delay();
    if (attempts <= 1) {
      log.warn("MQTT {}: connection lost ({}), connecting again", name, shown(cause));
    } else {
      log.debug("MQTT {}: attempt {} failed ({})", name, attempts, shown(cause));
    }
    var _ = thread.schedule(this::connect, delay.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Doubles with each attempt; between a half and the whole of it, so that services spread. */
  private Duration delay() {
    MqttLinkProperties.Reconnect reconnect = context.properties().reconnect();
    long doubled =
        reconnect.firstDelay().toMillis() << Math.min(MAX_DOUBLINGS, Math.max(0, attempts - 1));
    long bounded = Math.min(doubled, reconnect.longestDelay().toMillis());
    return Duration.ofMillis(bounded / 2 + context.random().nextLong(bounded / 2 + 1));
  }

  private static String shown(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root instanceof TimeoutException ? "no answer in time" : root.toString();
  }

  private void onThread(Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException closedAlready) {
      log.trace("MQTT {}: already closed", name);
    }
  }

  @Override
  public void close() {
    onThread(
        () -> {
          closed = true;
          WireClient client = active;
          active = null;
          ready = null;
          if (client != null) {
            client.disconnect().whenComplete((done, failure) -> thread.shutdown());
          } else {
            thread.shutdown();
          }
        });
    try {
      long patience = context.properties().connectTimeout().toMillis();
      if (!thread.awaitTermination(patience, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
  }

  /** Carries the client to its own listener, which exists before the client does. */
  private static final class Attempt {
    private volatile @Nullable WireClient client;
  }
}
