package im.hongyan.amqp;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.ConnectionFactory;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.springframework.context.SmartLifecycle;
import tools.jackson.databind.json.JsonMapper;

/**
 * Makes publishers, consumers and broadcasts, and owns them: consumers start once the application
 * is up and stop before anything else does, publishers close last.
 */
public final class StreamFactory implements SmartLifecycle, AutoCloseable {
  private static final Duration RECONNECT_LEAST = Duration.ofMillis(100);
  private static final Duration RECONNECT_MOST = Duration.ofSeconds(1);
  private static final long WATCH_MILLIS = 1_000;
  private static final String CLAIMS = "im.claims";

  private final AmqpProperties properties;
  private final StreamTopology topology;
  private final AmqpLink publishing;
  private final AmqpLink consuming;
  private final DeadLetters deadLetters;
  private final TransientFailure transientFailure;
  private final Backoff retry;
  private final Backoff reconnect;
  private final Clock clock;
  private final RandomGenerator random;
  private final MeterRegistry meters;
  private final Broadcast<Claim> claims;
  private final ScheduledExecutorService watch;
  private final List<ConfirmedPublisher<?>> publishers = new CopyOnWriteArrayList<>();
  private final List<StreamConsumer> consumers = new CopyOnWriteArrayList<>();
  private final List<Broadcast<?>> broadcasts = new CopyOnWriteArrayList<>();
  private final AtomicBoolean listening = new AtomicBoolean();
  private volatile boolean running;

  StreamFactory(
      AmqpProperties properties,
      ConnectionFactory connections,
      List<Address> addresses,
      String clientName,
      TransientFailure transientFailure,
      Clock clock,
      RandomGenerator random,
      MeterRegistry meters) {
    this.properties = properties;
    this.topology = new StreamTopology(properties.partitions(), properties.quorum());
    this.publishing = new AmqpLink(connections, addresses, clientName + "-publish");
    this.consuming = new AmqpLink(connections, addresses, clientName + "-consume");
    this.deadLetters = new DeadLetters(publishing, topology, properties.confirmTimeout(), clock);
    this.transientFailure = transientFailure;
    this.retry = new Backoff(properties.retryMin(), properties.retryMax(), random);
    this.reconnect = new Backoff(RECONNECT_LEAST, RECONNECT_MOST, random);
    this.clock = clock;
    this.random = random;
    this.meters = meters;
    this.claims =
        new Broadcast<>(
            CLAIMS,
            new JacksonCodec<>(new JsonMapper(), Claim.class),
            topology,
            publishing,
            consuming,
            reconnect);
    this.watch =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("amqp-watch").factory());
    var _ =
        watch.scheduleWithFixedDelay(
            () -> publishers.forEach(ConfirmedPublisher::watch),
            WATCH_MILLIS,
            WATCH_MILLIS,
            TimeUnit.MILLISECONDS);
    long interval = properties.balanceInterval().toMillis();
    var _ =
        watch.scheduleWithFixedDelay(
            () -> consumers.forEach(StreamConsumer::balance),
            interval,
            interval,
            TimeUnit.MILLISECONDS);
  }

  /** A publisher into a stream. */
  public <E> StreamPublisher<E> publisher(String stream, EventCodec<E> codec) {
    ConfirmedPublisher<E> publisher =
        new ConfirmedPublisher<>(
            stream,
            codec,
            properties,
            topology,
            publishing,
            clock,
            reconnect,
            StreamMetrics.of(meters, stream));
    publishers.add(publisher);
    return publisher;
  }

  /** A consumer of a stream, ticking as configured. */
  public <E> StreamConsumer consumer(
      String stream, EventCodec<E> codec, PartitionHandler<E> handler) {
    return consumer(stream, codec, handler, properties.tickInterval());
  }

  /** A consumer of a stream with a tick interval of its own, at least 50 ms. */
  public <E> StreamConsumer consumer(
      String stream, EventCodec<E> codec, PartitionHandler<E> handler, Duration tickInterval) {
    StreamConsumer consumer =
        new StreamConsumer(
            new PartitionLoop.Setting<>(
                stream,
                codec,
                handler,
                properties.withTickInterval(tickInterval),
                topology,
                consuming,
                new LeftOutPartitions(stream, properties.partitions(), topology, consuming),
                deadLetters,
                transientFailure,
                retry,
                reconnect,
                clock,
                StreamMetrics.of(meters, stream)),
            claims::publish,
            random);
    consumers.add(consumer);
    listenToClaims();
    if (running) {
      consumer.start();
    }
    return consumer;
  }

  private void listenToClaims() {
    if (!listening.getAndSet(true)) {
      claims.subscribe(claim -> consumers.forEach(consumer -> consumer.hear(claim)));
    }
  }

  /** A broadcast to all instances that listen under the same name. */
  public <E> Broadcast<E> broadcast(String name, EventCodec<E> codec) {
    Broadcast<E> broadcast =
        new Broadcast<>(name, codec, topology, publishing, consuming, reconnect);
    broadcasts.add(broadcast);
    return broadcast;
  }

  /** Which partition a key belongs to, in all streams. */
  public Partitioner partitioner() {
    return new Partitioner(properties.partitions());
  }

  /** The names of queues and exchanges. */
  public StreamTopology topology() {
    return topology;
  }

  /** Cuts both connections, as a network does. */
  void cutConnections() {
    publishing.cut();
    consuming.cut();
  }

  List<StreamConsumer> consumers() {
    return List.copyOf(consumers);
  }

  List<ConfirmedPublisher<?>> publishers() {
    return List.copyOf(publishers);
  }

  List<Broadcast<?>> broadcasts() {
    return List.copyOf(broadcasts);
  }

  /** Starts all consumers. */
  @Override
  public void start() {
    running = true;
    consumers.forEach(StreamConsumer::start);
  }

  /** Stops all consumers; publishers stay, for those who still have something to say. */
  @Override
  public void stop() {
    running = false;
    consumers.forEach(StreamConsumer::requestStop);
    consumers.forEach(StreamConsumer::stop);
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Last to start, first to stop. */
  @Override
  public int getPhase() {
    return Integer.MAX_VALUE;
  }

  /** Stops everything and closes the connections. */
  @Override
  public void close() {
    stop();
    broadcasts.forEach(Broadcast::close);
    claims.close();
    publishers.forEach(ConfirmedPublisher::close);
    watch.shutdownNow();
    consuming.close();
    publishing.close();
  }
}
