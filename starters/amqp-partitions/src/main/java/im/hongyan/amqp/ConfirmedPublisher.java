package im.hongyan.amqp;

import com.rabbitmq.client.AlreadyClosedException;
import im.hongyan.amqp.OutgoingGroup.Event;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes through one channel that one thread owns. Callers and the broker's answers only put
 * commands into its inbox, so that nothing here needs a lock and the order of a partition is the
 * order of the inbox. {@link Lanes} knows the order, {@link PublishChannel} the broker; here they
 * are brought together.
 */
final class ConfirmedPublisher<E> implements StreamPublisher<E>, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ConfirmedPublisher.class);
  private static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long BUSY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final Duration LONGEST_CLOSE = Duration.ofSeconds(5);

  private final String stream;
  private final EventCodec<E> codec;
  private final int partitions;
  private final long timeoutNanos;
  private final Partitioner partitioner;
  private final AmqpLink link;
  private final Clock clock;
  private final Admission admission;
  private final Outcomes outcomes;
  private final BlockingQueue<Command> inbox = new LinkedBlockingQueue<>();
  private final ExecutorService completions;
  private final PublishChannel channel;
  private final Thread owner;
  private volatile boolean closing;

  /** Nobody reads the inbox any more. */
  private volatile boolean ended;

  private volatile long lastTurn = System.nanoTime();

  // All below: touched by the owner thread alone.
  private final Lanes lanes;
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private @Nullable Throwable crash;
  private long nextExpiry = System.nanoTime();
  private long closeBy;

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
    this.partitions = properties.partitions();
    this.timeoutNanos = properties.confirmTimeout().toNanos();
    this.partitioner = new Partitioner(partitions);
    this.link = link;
    this.clock = clock;
    this.completions =
        Executors.newSingleThreadExecutor(
            Thread.ofVirtual().name("publish-done-" + stream).factory());
    this.admission = new Admission(properties.inFlight(), properties.inFlightSize().toBytes());
    this.outcomes = new Outcomes(stream, metrics, completions);
    this.lanes =
        new Lanes(
            partitions,
            new Lanes.Limits(
                properties.messagesInFlight(),
                properties.eventsPerMessage(),
                properties.messageSize().toBytes()),
            admission,
            outcomes,
            reconnect);
    this.channel =
        new PublishChannel(
            stream, topology, link, reconnect, news -> inbox.add(new Command.Hear(news)));
    this.owner = Thread.ofVirtual().name("publish-" + stream).start(this::run);
  }

  /** What the owner thread is told. */
  private sealed interface Command {
    /** Events were handed over. */
    record Publish(OutgoingGroup group) implements Command {}

    /** Something happened to the channel. */
    record Hear(ChannelNews news) implements Command {}

    record Wake() implements Command {}
  }

  @Override
  public CompletableFuture<@Nullable Void> publish(String key, E event) {
    return publishTo(partitioner.partitionOf(key), event);
  }

  @Override
  public CompletableFuture<@Nullable Void> publishTo(int partition, E event) {
    checkPartition(partition);
    OutgoingGroup group = new OutgoingGroup(1, false, System.nanoTime() + timeoutNanos);
    try {
      group.add(partition, codec.encode(event));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return admission.hasRoom()
        ? handOver(group)
        : outcomes.refuse(admission + " already wait for their confirm");
  }

  @Override
  public CompletableFuture<@Nullable Void> publishInOrder(List<Placed<E>> events) {
    OutgoingGroup group = new OutgoingGroup(events.size(), true, System.nanoTime() + timeoutNanos);
    for (Placed<E> placed : events) {
      checkPartition(placed.partition());
      try {
        group.add(placed.partition(), codec.encode(placed.event()));
      } catch (RuntimeException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    if (events.isEmpty()) {
      return CompletableFuture.completedFuture(null);
    }
    return handOver(group);
  }

  private void checkPartition(int partition) {
    if (partition < 0 || partition >= partitions) {
      throw new IllegalArgumentException(
          "partition: " + partition + " (expected: 0 to " + (partitions - 1) + ")");
    }
  }

  private CompletableFuture<@Nullable Void> handOver(OutgoingGroup group) {
    if (closing) {
      return outcomes.refuse("the publisher is closed");
    }
    admission.enter(group.open(), group.openBytes());
    Command.Publish command = new Command.Publish(group);
    inbox.add(command);
    // Closed between the two: the owner may not have seen it, and nobody else would.
    if (ended && inbox.remove(command)) {
      return outcomes.refuse("the publisher is closed");
    }
    return group.done();
  }

  /**
   * Called from time to time by another thread: a broker that does not read any more holds the
   * owner thread in its write, and only cutting the connection lets it go.
   */
  void watch() {
    if (!admission.isEmpty() && System.nanoTime() - lastTurn > timeoutNanos) {
      log.warn("The broker takes nothing for stream {}; cutting the connection", stream);
      link.cut();
    }
  }

  /** The stream that is published into. */
  String stream() {
    return stream;
  }

  /** Whether what is published now can be sent. */
  boolean isUp() {
    return channel.isOpen() && owner.isAlive();
  }

  /**
   * Waits a little for what is unconfirmed where there is a broker, then fails the rest. When it
   * returns all events have their outcome, unless what hangs on them takes its time.
   */
  @Override
  public void close() {
    closing = true;
    inbox.add(new Command.Wake());
    try {
      if (!owner.join(LONGEST_CLOSE.plusSeconds(1))) {
        owner.interrupt();
      }
      completions.shutdown();
      if (!completions.awaitTermination(1, TimeUnit.SECONDS)) {
        log.warn("What waits for the outcome of events of {} takes its time", stream);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      completions.shutdown();
    }
  }

  private void run() {
    try {
      channel.openWhenDue(System.nanoTime());
      while (!isOver()) {
        try {
          turn();
        } catch (RuntimeException | Error e) {
          // Whatever it was, the stream goes on; the next turn begins with a clean state.
          crash = e;
          outcomes.crashed();
          log.error("The publisher of {} failed; it starts afresh", stream, e);
        }
      }
    } catch (InterruptedException e) {
      log.debug("Publisher of {} interrupted", stream, e);
    } finally {
      closing = true;
      ended = true;
      inbox.drainTo(commands);
      startAfresh("the publisher is closed", null);
    }
  }

  private boolean isOver() {
    if (!closing) {
      return false;
    }
    closeBy = closeBy == 0 ? System.nanoTime() + LONGEST_CLOSE.toNanos() : closeBy;
    return admission.isEmpty() || !channel.isOpen() || System.nanoTime() - closeBy > 0;
  }

  private void turn() throws InterruptedException {
    lastTurn = System.nanoTime();
    Throwable crashed = crash;
    if (crashed != null) {
      startAfresh("the publisher failed", crashed);
    }
    receive();
    lastTurn = System.nanoTime();
    for (Command next = commands.poll(); next != null; next = commands.poll()) {
      apply(next);
    }
    if (!closing) {
      channel.openWhenDue(System.nanoTime());
    }
    sendWhatMayGo();
    expire();
    outcomes.tell();
  }

  private void receive() throws InterruptedException {
    boolean idle = admission.isEmpty() && channel.isOpen();
    Command first = inbox.poll(idle ? IDLE_NANOS : BUSY_NANOS, TimeUnit.NANOSECONDS);
    if (first != null) {
      commands.add(first);
      inbox.drainTo(commands);
    }
  }

  private void apply(Command command) {
    switch (command) {
      case Command.Publish publish -> lanes.arrive(publish.group());
      case Command.Hear heard -> hear(heard.news());
      case Command.Wake wake -> {}
    }
  }

  private void hear(ChannelNews news) {
    switch (news) {
      case ChannelNews.Answered answer -> {
        if (!channel.is(answer.from())) {
          return;
        }
        if (answer.confirmed()) {
          lanes.confirmed(answer.number(), answer.multiple(), System.nanoTime());
        } else {
          lanes.refused(answer.number(), answer.multiple(), System.nanoTime());
        }
      }
      case ChannelNews.Returned returned -> {
        // The queue is not there: whoever opens the next channel declares the stream again.
        if (channel.is(returned.from())) {
          lose("unroutable: " + returned.reason());
        }
      }
      case ChannelNews.Opened opened -> {
        channel.opened(opened.channel());
        if (!opened.channel().isOpen() && channel.is(opened.channel())) {
          lose("closed at once");
        }
      }
      case ChannelNews.NotOpened failure -> channel.notOpened(failure.cause());
      case ChannelNews.Closed closed -> {
        if (channel.is(closed.channel())) {
          lose(closed.reason());
        }
      }
    }
  }

  private void lose(String reason) {
    channel.lose(reason);
    lanes.lostAll();
  }

  private void sendWhatMayGo() {
    for (Lane lane : lanes.all()) {
      while (channel.takesMessages()) {
        List<Event> events = lanes.mayGo(lane, System.nanoTime());
        if (events.isEmpty()) {
          break;
        }
        send(lane, events);
      }
    }
  }

  private void send(Lane lane, List<Event> events) {
    byte[] body = codec.join(events.stream().map(Event::body).toList());
    long number = channel.nextNumber();
    lanes.sent(lane, events, number, System.nanoTime());
    try {
      channel.send(lane.partition(), body, clock.millis());
    } catch (IOException | AlreadyClosedException e) {
      lose(e.toString());
    } catch (RuntimeException e) {
      lanes.unsendable(number, e);
      lose(e.toString());
    }
  }

  private void expire() {
    long now = System.nanoTime();
    if (now - nextExpiry < 0) {
      return;
    }
    nextExpiry = now + BUSY_NANOS;
    if (channel.isOpen() && now - lanes.oldestSentAt(now) > timeoutNanos) {
      expireSent(now);
    }
    // Last, since what was lost just now may have waited too long already.
    lanes.expireWaiting(now);
  }

  private void expireSent(long now) {
    String late = "no confirm within " + Duration.ofNanos(timeoutNanos);
    if (lanes.hasAnsweredSinceOldest()) {
      // The broker is alive and a queue of it is not: that is no reason to disturb the others.
      lanes.expireSent(now - timeoutNanos, late);
    } else {
      lose(late);
      link.cut();
    }
  }

  /** Nothing is known of what was under way: all of it fails, on a new channel the rest goes on. */
  private void startAfresh(String reason, @Nullable Throwable cause) {
    List<OutgoingGroup> notArrived = new ArrayList<>();
    for (Command command : commands) {
      if (command instanceof Command.Publish publish) {
        notArrived.add(publish.group());
      } else if (command instanceof Command.Hear(ChannelNews.Opened(var opened))) {
        PublishChannel.abort(opened);
      }
    }
    lanes.failAll(notArrived, outcomes.unavailable(reason, cause));
    commands.clear();
    crash = null;
    channel.startAfresh();
    outcomes.tell();
  }
}
