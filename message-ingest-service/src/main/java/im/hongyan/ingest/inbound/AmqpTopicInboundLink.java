package im.hongyan.ingest.inbound;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Address;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import im.hongyan.mqtt.InboundHandler;
import im.hongyan.mqtt.InboundLink;
import im.hongyan.mqtt.InboundMessage;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes what clients publish to RabbitMQ's MQTT plugin out of {@link SenderQueues}: one sender's
 * messages are in one queue, and a queue has one active consumer among all replicas, so that their
 * order holds with any number of them. A message is acknowledged when its stage has completed. When
 * one fails, or the line breaks, everything is made anew and the broker gives again, in order,
 * whatever is unacknowledged.
 *
 * <p>All changes of state, and all acknowledgements, happen on its one thread.
 */
final class AmqpTopicInboundLink implements InboundLink {
  private static final Logger log = LoggerFactory.getLogger(AmqpTopicInboundLink.class);
  private static final Duration FIRST_DELAY = Duration.ofMillis(200);
  private static final Duration LONGEST_DELAY = Duration.ofSeconds(10);
  private static final int MAX_DOUBLINGS = 10;
  private static final int CONNECT_MILLIS = 5_000;
  private static final int ANSWER_MILLIS = 10_000;
  private static final int GOODBYE_MILLIS = 2_000;

  private final ConnectionFactory factory;
  private final List<Address> addresses;
  private final String name;
  private final int prefetch;
  private final SenderQueues queues;
  private final RandomGenerator random;
  private final ScheduledExecutorService thread;
  private final ExecutorService deliveries;
  private final AtomicBoolean started = new AtomicBoolean();
  private final AtomicInteger underWay = new AtomicInteger();
  private final Counter received;
  private final Counter acknowledged;
  private final Counter refused;

  /** Set once, before anything can arrive. */
  private volatile @Nullable InboundHandler handler;

  /** What is connected; set and cleared by the thread. */
  private volatile @Nullable Session session;

  /** Attempts since a connection last proved stable; owned by the thread. */
  private int attempts;

  /** No new connection is made any more. */
  private volatile boolean closed;

  AmqpTopicInboundLink(
      InboundProperties properties,
      ConnectionFactory template,
      List<Address> addresses,
      String clientName,
      RandomGenerator random,
      MeterRegistry meters) {
    this.factory = template.clone();
    this.factory.setAutomaticRecoveryEnabled(false);
    this.factory.setTopologyRecoveryEnabled(false);
    this.factory.setConnectionTimeout(CONNECT_MILLIS);
    this.factory.setHandshakeTimeout(CONNECT_MILLIS);
    this.factory.setChannelRpcTimeout(ANSWER_MILLIS);
    this.addresses = addresses;
    this.name = clientName + "-inbound";
    this.prefetch = properties.prefetch();
    this.queues = new SenderQueues(properties.queues());
    this.random = random;
    this.thread =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("amqp-inbound").factory());
    this.deliveries =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("amqp-inbound-deliveries").factory());
    this.received = meters.counter("hongyan.mqtt.inbound", "result", "received");
    this.acknowledged = meters.counter("hongyan.mqtt.inbound", "result", "acknowledged");
    this.refused = meters.counter("hongyan.mqtt.inbound", "result", "unacknowledged");
    Gauge.builder("hongyan.mqtt.inbound.under.way", underWay, AtomicInteger::get).register(meters);
  }

  @Override
  public void start(InboundHandler taker) {
    if (!started.compareAndSet(false, true)) {
      throw new IllegalStateException(
          "inbound link: already started or closed (expected: one start)");
    }
    handler = taker;
    onThread(() -> connect(taker));
  }

  @Override
  public boolean isStarted() {
    return handler != null;
  }

  @Override
  public boolean isConnected() {
    return session != null;
  }

  @SuppressWarnings("IllegalCatch") // whatever it is, the next attempt may succeed
  private void connect(InboundHandler taker) {
    if (closed) {
      return;
    }
    Session next = new Session(taker);
    try {
      next.open();
      session = next;
      log.info("Inbound: connected to RabbitMQ, {} queues", queues.names().size());
    } catch (Throwable failure) {
      again(next, failure);
    }
  }

  private void lost(Session ended, Throwable cause) {
    if (ended.equals(session)) {
      session = null;
      again(ended, cause);
    }
  }

  private void again(Session ended, Throwable cause) {
    ended.end();
    if (closed) {
      return;
    }
    attempts = ended.lasted(LONGEST_DELAY) ? 1 : attempts + 1;
    if (attempts == 1) {
      log.warn("Inbound: no connection to RabbitMQ ({}), connecting again", shown(cause));
    } else {
      log.debug("Inbound: attempt {} to connect to RabbitMQ failed ({})", attempts, shown(cause));
    }
    var _ = thread.schedule(() -> connect(ended.taker), delay().toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Doubles with each attempt; between a half and the whole of it, so that replicas spread. */
  private Duration delay() {
    long doubled = FIRST_DELAY.toMillis() << Math.min(MAX_DOUBLINGS, attempts - 1);
    long bounded = Math.min(doubled, LONGEST_DELAY.toMillis());
    return Duration.ofMillis(bounded / 2 + random.nextLong(bounded / 2 + 1));
  }

  private static String shown(Throwable cause) {
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root.toString();
  }

  private void onThread(Runnable step) {
    try {
      thread.execute(step);
    } catch (RejectedExecutionException closedAlready) {
      log.trace("Inbound: already closed");
    }
  }

  @Override
  public void close() {
    started.set(true);
    closed = true;
    Session last = session;
    if (last != null) {
      last.over = true;
    }
    onThread(
        () -> {
          Session current = session;
          session = null;
          if (current != null) {
            current.end();
          }
          thread.shutdownNow();
        });
    try {
      if (!thread.awaitTermination(CONNECT_MILLIS, TimeUnit.MILLISECONDS)) {
        thread.shutdownNow();
      }
    } catch (InterruptedException e) {
      thread.shutdownNow();
      Thread.currentThread().interrupt();
    }
    deliveries.shutdown();
  }

  /** One connection with its channel, from the attempt to its end. */
  private final class Session {
    private final InboundHandler taker;

    /** Opened and closed by the link's thread. */
    private @Nullable Connection connection;

    /** When it was ready; owned by the link's thread. */
    private long readyNanos;

    private boolean wasReady;

    /** Nothing is handed over or acknowledged any more. */
    private volatile boolean over;

    Session(InboundHandler taker) {
      this.taker = taker;
    }

    void open() throws IOException, TimeoutException {
      Connection opened = factory.newConnection(deliveries, addresses, name);
      connection = opened;
      Channel created = opened.createChannel();
      if (created == null) {
        throw new IOException("no channel is left on the connection " + name);
      }
      queues.declare(created);
      created.basicQos(prefetch);
      for (String queue : queues.names()) {
        created.basicConsume(queue, false, new Consumer(created));
      }
      readyNanos = System.nanoTime();
      wasReady = true;
      // Told at once where it has ended meanwhile; the thread comes to it when this session counts.
      created.addShutdownListener(this::broken);
    }

    boolean lasted(Duration time) {
      return wasReady && System.nanoTime() - readyNanos > time.toNanos();
    }

    void broken(Throwable cause) {
      over = true;
      onThread(() -> lost(this, cause));
    }

    void take(Channel from, String routingKey, long tag, byte[] body) {
      if (over) {
        return;
      }
      received.increment();
      underWay.incrementAndGet();
      String topic = SenderQueues.topic(routingKey);
      var _ =
          handle(new InboundMessage(topic, body, 1, null))
              .whenComplete((done, failure) -> settled(from, topic, tag, failure));
    }

    @SuppressWarnings("IllegalCatch") // whatever the handler throws means: not taken
    private CompletionStage<?> handle(InboundMessage message) {
      try {
        return Objects.requireNonNull(taker.onMessage(message), "the handler's stage");
      } catch (Throwable thrown) {
        return CompletableFuture.failedFuture(thrown);
      }
    }

    private void settled(Channel from, String topic, long tag, @Nullable Throwable failure) {
      underWay.decrementAndGet();
      if (failure == null) {
        onThread(() -> acknowledge(from, tag));
      } else {
        refused.increment();
        log.warn(
            "Inbound: a message on {} was not taken ({}); it will come again",
            topic,
            shown(failure));
        broken(failure);
      }
    }

    private void acknowledge(Channel from, long tag) {
      if (over) {
        return;
      }
      try {
        from.basicAck(tag, false);
        acknowledged.increment();
      } catch (IOException | AlreadyClosedException e) {
        broken(e);
      }
    }

    void end() {
      over = true;
      Connection opened = connection;
      if (opened != null) {
        opened.abort(GOODBYE_MILLIS);
      }
    }

    private final class Consumer extends DefaultConsumer {
      Consumer(Channel channel) {
        super(channel);
      }

      @Override
      public void handleDelivery(
          String consumerTag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        take(getChannel(), envelope.getRoutingKey(), envelope.getDeliveryTag(), body);
      }

      @Override
      public void handleCancel(String consumerTag) {
        broken(new IOException("a queue was deleted"));
      }
    }
  }
}
