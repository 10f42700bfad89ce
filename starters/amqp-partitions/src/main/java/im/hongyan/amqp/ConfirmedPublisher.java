package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.AlreadyClosedException;
import com.rabbitmq.client.Channel;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes through one channel that one thread owns. Callers and the broker's answers only put
 * commands into its inbox, so that nothing here needs a lock and the order of a partition is the
 * order of the inbox.
 */
final class ConfirmedPublisher<E> implements StreamPublisher<E>, AutoCloseable {
  static final String PUBLISHED_AT = "x-published-at";

  private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private final String stream;
  private final EventCodec<E> codec;
  private final AmqpProperties properties;
  private final StreamTopology topology;
  private final Partitioner partitioner;
  private final AmqpLink link;
  private final Clock clock;
  private final Backoff reconnect;
  private final StreamMetrics metrics;
  private final BlockingQueue<Command> inbox = new LinkedBlockingQueue<>();
  private final AtomicInteger unfinished = new AtomicInteger();

  /** Completes futures, so that what hangs on them does not hold up the publishing. */
  private final ExecutorService completions;

  private final Thread owner;
  private volatile boolean closing;
  private volatile long lastTurn = System.nanoTime();

  // All below: touched by the owner thread alone.
  private final Lane[] lanes;
  private final Map<Long, Sent> outstanding = new LinkedHashMap<>();
  private final List<Runnable> finished = new ArrayList<>();
  private @Nullable Channel channel;
  private boolean opening;
  private int failedOpenings;
  private long openAgainAt = System.nanoTime();
  private long nextExpiry = System.nanoTime();

  ConfirmedPublisher(
      String stream,
      EventCodec<E> codec,
      AmqpProperties properties,
      StreamTopology topology,
      AmqpLink link,
      Clock clock,
      Backoff reconnect,
      StreamMetrics metrics) {
    this.stream = stream;
    this.codec = codec;
    this.properties = properties;
    this.topology = topology;
    this.partitioner = new Partitioner(properties.partitions());
    this.link = link;
    this.clock = clock;
    this.reconnect = reconnect;
    this.metrics = metrics;
    this.lanes = new Lane[properties.partitions()];
    for (int i = 0; i < lanes.length; i++) {
      lanes[i] = new Lane(i);
    }
    this.completions =
        Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("publish-done-" + stream).factory());
    this.owner = Thread.ofVirtual().name("publish-" + stream).start(this::run);
  }

  /** What the owner thread is told. */
  private sealed interface Command {
    /** A class, not a record: compared by identity, and its bytes are nobody else's. */
    final class Event implements Command {
      private final int partition;
      private final byte[] body;
      private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();
      private final long deadline;

      Event(int partition, byte[] body, long deadline) {
        this.partition = partition;
        this.body = body;
        this.deadline = deadline;
      }
    }

    record Answer(Channel from, long number, boolean multiple, boolean confirmed)
        implements Command {}

    record Returned(Channel from, long number, String reason) implements Command {}

    record Opened(Channel channel) implements Command {}

    record NotOpened(Exception cause) implements Command {}

    record Closed(Channel channel, String reason) implements Command {}

    record Wake() implements Command {}
  }

  /** A partition: what waits to be sent, and how many messages are unconfirmed. */
  private static final class Lane {
    private final int partition;
    private final ArrayDeque<Command.Event> waiting = new ArrayDeque<>();
    private int unconfirmed;

    Lane(int partition) {
      this.partition = partition;
    }
  }

  /** An AMQP message that the broker has not answered yet. */
  private record Sent(Lane lane, List<Command.Event> events, long deadline) {}

  @Override
  public CompletableFuture<@Nullable Void> publish(String key, E event) {
    return publishTo(partitioner.partitionOf(key), event);
  }

  @Override
  public CompletableFuture<@Nullable Void> publishTo(int partition, E event) {
    if (partition < 0 || partition >= lanes.length) {
      throw new IllegalArgumentException(
          "partition: " + partition + " (expected: 0 to " + (lanes.length - 1) + ")");
    }
    byte[] body;
    try {
      body = codec.encode(event);
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    if (closing) {
      return CompletableFuture.failedFuture(unavailable("the publisher is closed"));
    }
    if (unfinished.incrementAndGet() > properties.inFlight()) {
      unfinished.decrementAndGet();
      metrics.failed().increment();
      return CompletableFuture.failedFuture(
          unavailable(properties.inFlight() + " events already wait for their confirm"));
    }
    Command.Event waiting = new Command.Event(partition, body, deadline());
    inbox.add(waiting);
    return waiting.done;
  }

  /**
   * Called from time to time by another thread: a broker that does not read any more holds the
   * owner thread in its write, and only cutting the connection lets it go.
   */
  void watch() {
    if (unfinished.get() > 0
        && System.nanoTime() - lastTurn > properties.confirmTimeout().toNanos()) {
      log.warn("The broker takes nothing for stream {}; cutting the connection", stream);
      link.cut();
    }
  }

  /** Waits a little for what is unconfirmed where there is a broker, then fails the rest. */
  @Override
  public void close() {
    closing = true;
    inbox.add(new Command.Wake());
    try {
      if (!owner.join(LONGEST_CLOSE.plusSeconds(1))) {
        owner.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    completions.shutdown();
  }

  private void run() {
    List<Command> commands = new ArrayList<>();
    long closeBy = 0;
    try {
      while (true) {
        lastTurn = System.nanoTime();
        receive(commands);
        lastTurn = System.nanoTime();
        commands.forEach(this::apply);
        commands.clear();
        openChannelWhenDue();
        sendWhatMayGo();
        expire();
        complete();
        if (closing) {
          closeBy = closeBy == 0 ? System.nanoTime() + LONGEST_CLOSE.toNanos() : closeBy;
          if (unfinished.get() == 0 || channel == null || System.nanoTime() - closeBy > 0) {
            break;
          }
        }
      }
    } catch (InterruptedException e) {
      log.debug("Publisher of {} interrupted", stream, e);
    } finally {
      shutDown();
    }
  }

  private void receive(List<Command> commands) throws InterruptedException {
    Command first =
        inbox.poll(unfinished.get() > 0 ? BUSY_NANOS : IDLE_NANOS, TimeUnit.NANOSECONDS);
    if (first != null) {
      commands.add(first);
      inbox.drainTo(commands);
    }
  }

  private void apply(Command command) {
    switch (command) {
      case Command.Event event -> lanes[event.partition].waiting.add(event);
      case Command.Answer answer -> {
        if (answer.from().equals(channel)) {
          answered(answer);
        }
      }
      case Command.Returned returned -> {
        if (returned.from().equals(channel)) {
          unroutable(returned);
        }
      }
      case Command.Opened opened -> {
        opening = false;
        failedOpenings = 0;
        channel = opened.channel();
        if (!opened.channel().isOpen()) {
          lose(opened.channel(), "closed at once");
        }
      }
      case Command.NotOpened failure -> {
        opening = false;
        failedOpenings++;
        openAgainAt =
            System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(reconnect.millis(failedOpenings));
        if (failedOpenings == 1) {
          log.warn("No channel to publish into {}: {}", stream, failure.cause().toString());
        }
      }
      case Command.Closed closed -> lose(closed.channel(), closed.reason());
      case Command.Wake wake -> {}
    }
  }

  private void answered(Command.Answer answer) {
    if (!answer.multiple()) {
      Sent sent = outstanding.remove(answer.number());
      if (sent != null) {
        settle(sent, answer.confirmed());
      }
      return;
    }
    Iterator<Map.Entry<Long, Sent>> oldestFirst = outstanding.entrySet().iterator();
    while (oldestFirst.hasNext()) {
      Map.Entry<Long, Sent> entry = oldestFirst.next();
      if (entry.getKey() > answer.number()) {
        return;
      }
      oldestFirst.remove();
      settle(entry.getValue(), answer.confirmed());
    }
  }

  private void settle(Sent sent, boolean confirmed) {
    sent.lane().unconfirmed--;
    if (confirmed) {
      metrics.confirmed().increment(sent.events().size());
      for (Command.Event event : sent.events()) {
        finish(() -> event.done.complete(null));
      }
    } else {
      fail(sent.events(), "the broker refused the event", null);
    }
  }

  /** The queue is not there: fails the message and declares the stream again on a new channel. */
  private void unroutable(Command.Returned returned) {
    Sent sent = outstanding.remove(returned.number());
    if (sent != null) {
      sent.lane().unconfirmed--;
      fail(sent.events(), "no queue takes the event: " + returned.reason(), null);
    }
    lose(returned.from(), "unroutable: " + returned.reason());
  }

  private void lose(Channel lost, String reason) {
    if (!lost.equals(channel)) {
      return;
    }
    channel = null;
    failedOpenings++;
    openAgainAt =
        System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(reconnect.millis(failedOpenings));
    if (!closing) {
      log.warn("Channel to publish into {} is gone: {}", stream, reason);
    }
    for (Sent sent : outstanding.values()) {
      sent.lane().unconfirmed--;
      fail(sent.events(), "the connection to the broker broke before it confirmed the event", null);
    }
    outstanding.clear();
    Thread.ofVirtual().name("amqp-abort").start(() -> abort(lost));
  }

  private static void abort(Channel channel) {
    try {
      channel.abort();
    } catch (IOException | RuntimeException e) {
      log.debug("Abort of a lost channel", e);
    }
  }

  private void openChannelWhenDue() {
    if (channel != null || opening || closing || System.nanoTime() - openAgainAt < 0) {
      return;
    }
    opening = true;
    Thread.ofVirtual().name("publish-open-" + stream).start(this::open);
  }

  /** Runs on a thread of its own, since it may wait for the broker. */
  private void open() {
    Channel opened = null;
    try {
      opened = link.openChannel();
      topology.declareStream(opened, stream);
      opened.confirmSelect();
      Channel answering = opened;
      opened.addConfirmListener(
          (number, multiple) -> inbox.add(new Command.Answer(answering, number, multiple, true)),
          (number, multiple) -> inbox.add(new Command.Answer(answering, number, multiple, false)));
      opened.addReturnListener(
          returned ->
              inbox.add(
                  new Command.Returned(
                      answering,
                      Long.parseLong(returned.getProperties().getMessageId()),
                      returned.getReplyText())));
      inbox.add(new Command.Opened(opened));
      opened.addShutdownListener(
          cause -> inbox.add(new Command.Closed(answering, String.valueOf(cause.getMessage()))));
    } catch (IOException | RuntimeException e) {
      if (opened != null) {
        abort(opened);
      }
      inbox.add(new Command.NotOpened(e));
    }
  }

  private void sendWhatMayGo() {
    for (Lane lane : lanes) {
      while (!lane.waiting.isEmpty() && lane.unconfirmed < properties.messagesInFlight()) {
        Channel open = channel;
        if (open == null || link.isBlocked()) {
          return;
        }
        send(open, lane);
      }
    }
  }

  private void send(Channel open, Lane lane) {
    List<Command.Event> events = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    long size = 0;
    for (Command.Event next = lane.waiting.peek(); next != null; next = lane.waiting.peek()) {
      if (next.done.isDone()) {
        // Cancelled by a caller who keeps an order: what went before it was lost.
        lane.waiting.remove();
        unfinished.decrementAndGet();
        continue;
      }
      size += next.body.length;
      boolean full =
          events.size() == properties.eventsPerMessage()
              || size > properties.messageSize().toBytes();
      if (full && !events.isEmpty()) {
        break;
      }
      lane.waiting.remove();
      events.add(next);
      bodies.add(next.body);
    }
    if (events.isEmpty()) {
      return;
    }
    long number = open.getNextPublishSeqNo();
    outstanding.put(number, new Sent(lane, events, deadline()));
    lane.unconfirmed++;
    metrics.published().increment(events.size());
    AMQP.BasicProperties headers =
        new AMQP.BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(2)
            .messageId(Long.toString(number))
            .headers(Map.of(PUBLISHED_AT, clock.millis()))
            .build();
    try {
      open.basicPublish(
          topology.exchange(stream),
          topology.routingKey(lane.partition),
          true,
          headers,
          codec.join(bodies));
    } catch (IOException | AlreadyClosedException e) {
      lose(open, e.toString());
    } catch (RuntimeException e) {
      outstanding.remove(number);
      lane.unconfirmed--;
      fail(events, "the events could not be sent: " + e, e);
      lose(open, e.toString());
    }
  }

  private void expire() {
    long now = System.nanoTime();
    if (now - nextExpiry < 0) {
      return;
    }
    nextExpiry = now + BUSY_NANOS;
    for (Lane lane : lanes) {
      List<Command.Event> late = new ArrayList<>();
      for (Command.Event first = lane.waiting.peek();
          first != null && now - first.deadline > 0;
          first = lane.waiting.peek()) {
        late.add(lane.waiting.remove());
      }
      fail(late, "the broker could not be reached in time", null);
    }
    Iterator<Sent> oldestFirst = outstanding.values().iterator();
    Channel open = channel;
    if (open != null && oldestFirst.hasNext() && now - oldestFirst.next().deadline() > 0) {
      lose(open, "no confirm within " + properties.confirmTimeout());
      link.cut();
    }
  }

  private void fail(List<Command.Event> events, String reason, @Nullable Throwable cause) {
    if (events.isEmpty()) {
      return;
    }
    metrics.failed().increment(events.size());
    HongyanException failure =
        HongyanException.unavailable("stream " + stream + ": " + reason, cause);
    for (Command.Event event : events) {
      finish(() -> event.done.completeExceptionally(failure));
    }
  }

  private void finish(Runnable completion) {
    unfinished.decrementAndGet();
    finished.add(completion);
  }

  private void complete() {
    if (!finished.isEmpty()) {
      List<Runnable> batch = List.copyOf(finished);
      finished.clear();
      completions.execute(() -> batch.forEach(Runnable::run));
    }
  }

  private void shutDown() {
    closing = true;
    Channel open = channel;
    if (open != null) {
      lose(open, "the publisher is closed");
    }
    List<Command> left = new ArrayList<>();
    inbox.drainTo(left);
    left.forEach(
        command -> {
          if (command instanceof Command.Event event) {
            lanes[event.partition].waiting.add(event);
          } else if (command instanceof Command.Opened opened) {
            abort(opened.channel());
          }
        });
    for (Lane lane : lanes) {
      fail(List.copyOf(lane.waiting), "the publisher is closed", null);
      lane.waiting.clear();
    }
    complete();
  }

  private long deadline() {
    return System.nanoTime() + properties.confirmTimeout().toNanos();
  }

  private HongyanException unavailable(String reason) {
    return HongyanException.unavailable("stream " + stream + ": " + reason, null);
  }
}
