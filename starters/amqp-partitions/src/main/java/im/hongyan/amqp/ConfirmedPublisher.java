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
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
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

  /** Events that were admitted and have no outcome yet, and their bytes. */
  private final AtomicInteger unfinished = new AtomicInteger();

  private final AtomicLong unfinishedBytes = new AtomicLong();

  /** Completes single events, so that what hangs on them does not hold up the publishing. */
  private final ExecutorService completions;

  private final Thread owner;
  private volatile boolean closing;

  /** Nobody reads the inbox any more. */
  private volatile boolean ended;

  private volatile long lastTurn = System.nanoTime();
  private volatile @Nullable Channel channel; // written by the owner thread alone

  // All below: touched by the owner thread alone.
  private final Lane[] lanes;
  private final ArrayDeque<Command> commands = new ArrayDeque<>();
  private final Map<Long, Sent> outstanding = new LinkedHashMap<>();
  private final List<Runnable> finished = new ArrayList<>();
  private @Nullable Group arriving;
  private @Nullable Throwable crash;
  private boolean opening;
  private int failedOpenings;
  private long openAgainAt = System.nanoTime();
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
    /** Events were handed over. */
    record Publish(Group group) implements Command {}

    record Answer(Channel from, long number, boolean multiple, boolean confirmed)
        implements Command {}

    record Returned(Channel from, long number, String reason) implements Command {}

    record Opened(Channel channel) implements Command {}

    record NotOpened(Throwable cause) implements Command {}

    record Closed(Channel channel, String reason) implements Command {}

    record Wake() implements Command {}
  }

  /** An encoded event. A class, not a record: compared by identity, its bytes are nobody else's. */
  private static final class Event {
    private final Group group;
    private final int partition;
    private final byte[] body;

    Event(Group group, int partition, byte[] body) {
      this.group = group;
      this.partition = partition;
      this.body = body;
    }
  }

  /** What was handed over together, often one event: shares its outcome and its order. */
  private static final class Group {
    private final List<Event> events;
    private final boolean inOrder;
    private final long deadline;
    private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

    // Touched by the owner thread alone.
    private int open;
    private long openBytes;
    private boolean failed;

    Group(int size, boolean inOrder, long deadline) {
      this.events = new ArrayList<>(size);
      this.inOrder = inOrder;
      this.deadline = deadline;
    }

    void add(int partition, byte[] body) {
      events.add(new Event(this, partition, body));
      open++;
      openBytes += body.length;
    }
  }

  /** A partition: what waits to be sent, and how many messages are unconfirmed. */
  private static final class Lane {
    private final int partition;
    private final ArrayDeque<Event> waiting = new ArrayDeque<>();
    private int unconfirmed;

    /** The message that was sent last, while it is unconfirmed. */
    private @Nullable Sent last;

    Lane(int partition) {
      this.partition = partition;
    }

    /** Whether the event's predecessor in its group is unconfirmed: groups never mix in a lane. */
    boolean mustWait(Event next) {
      Sent before = last;
      return next.group.inOrder
          && before != null
          && before.events().getLast().group.equals(next.group);
    }

    void answered(Sent sent) {
      unconfirmed--;
      if (sent.equals(last)) {
        last = null;
      }
    }
  }

  /** An AMQP message that the broker has not answered yet. */
  private record Sent(Lane lane, long number, List<Event> events, long deadline) {}

  @Override
  public CompletableFuture<@Nullable Void> publish(String key, E event) {
    return publishTo(partitioner.partitionOf(key), event);
  }

  @Override
  public CompletableFuture<@Nullable Void> publishTo(int partition, E event) {
    checkPartition(partition);
    Group group = new Group(1, false, deadline());
    try {
      group.add(partition, codec.encode(event));
    } catch (RuntimeException e) {
      return CompletableFuture.failedFuture(e);
    }
    return unfinished.get() < properties.inFlight()
            && unfinishedBytes.get() < properties.inFlightSize().toBytes()
        ? handOver(group)
        : refuse(
            "%d events of %d bytes already wait for their confirm"
                .formatted(unfinished.get(), unfinishedBytes.get()));
  }

  @Override
  public CompletableFuture<@Nullable Void> publishInOrder(List<Placed<E>> events) {
    Group group = new Group(events.size(), true, deadline());
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
    if (partition < 0 || partition >= lanes.length) {
      throw new IllegalArgumentException(
          "partition: " + partition + " (expected: 0 to " + (lanes.length - 1) + ")");
    }
  }

  private CompletableFuture<@Nullable Void> handOver(Group group) {
    if (closing) {
      return refuse("the publisher is closed");
    }
    unfinished.addAndGet(group.open);
    unfinishedBytes.addAndGet(group.openBytes);
    Command.Publish command = new Command.Publish(group);
    inbox.add(command);
    // Closed between the two: the owner may not have seen it, and nobody else would.
    if (ended && inbox.remove(command)) {
      return refuse("the publisher is closed");
    }
    return group.done;
  }

  private CompletableFuture<@Nullable Void> refuse(String reason) {
    metrics.failed().increment();
    return CompletableFuture.failedFuture(unavailable(reason, null));
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

  /** The stream that is published into. */
  String stream() {
    return stream;
  }

  /** Whether what is published now can be sent. */
  boolean isUp() {
    return channel != null && owner.isAlive();
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
    try {
      openChannelWhenDue();
      while (!isOver()) {
        try {
          turn();
        } catch (RuntimeException | Error e) {
          // Whatever it was, the stream goes on; the next turn begins with a clean state.
          crash = e;
          metrics.crashes().increment();
          log.error("The publisher of {} failed; it starts afresh", stream, e);
        }
      }
    } catch (InterruptedException e) {
      log.debug("Publisher of {} interrupted", stream, e);
    } finally {
      shutDown();
    }
  }

  private boolean isOver() {
    if (!closing) {
      return false;
    }
    closeBy = closeBy == 0 ? System.nanoTime() + LONGEST_CLOSE.toNanos() : closeBy;
    return unfinished.get() == 0 || channel == null || System.nanoTime() - closeBy > 0;
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
    openChannelWhenDue();
    sendWhatMayGo();
    expire();
    complete();
  }

  /**
   * Takes what has come in, events first: what was handed over before a failure was told is behind
   * it and fails with it.
   */
  private void receive() throws InterruptedException {
    boolean idle = unfinished.get() == 0 && channel != null;
    Command first = inbox.poll(idle ? IDLE_NANOS : BUSY_NANOS, TimeUnit.NANOSECONDS);
    if (first == null) {
      return;
    }
    commands.add(first);
    inbox.drainTo(commands);
    if (commands.size() > 1) {
      List<Command> others = new ArrayList<>();
      for (int left = commands.size(); left > 0; left--) {
        Command next = commands.remove();
        if (next instanceof Command.Publish) {
          commands.add(next);
        } else {
          others.add(next);
        }
      }
      commands.addAll(others);
    }
  }

  private void apply(Command command) {
    switch (command) {
      case Command.Publish publish -> arrive(publish.group());
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
        Channel before = channel;
        if (before != null) {
          // Asked for twice, around a crash.
          abort(opened.channel());
          return;
        }
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

  private void arrive(Group group) {
    arriving = group;
    for (Event event : group.events) {
      lanes[event.partition].waiting.add(event);
    }
    arriving = null;
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
    if (!confirmed) {
      fail(List.of(sent), "the broker refused the event", null);
      return;
    }
    sent.lane().answered(sent);
    metrics.confirmed().increment(sent.events().size());
    for (Event event : sent.events()) {
      close(event);
      Group group = event.group;
      if (group.open == 0 && !group.failed) {
        finish(group, null);
      }
    }
  }

  /** The queue is not there: fails the message and declares the stream again on a new channel. */
  private void unroutable(Command.Returned returned) {
    Sent sent = outstanding.remove(returned.number());
    if (sent != null) {
      fail(List.of(sent), "no queue takes the event: " + returned.reason(), null);
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
    List<Sent> sent = List.copyOf(outstanding.values());
    outstanding.clear();
    fail(sent, "the connection to the broker broke before it confirmed the event", null);
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
    } catch (Throwable e) {
      // Of whatever kind: unless the owner hears of it, no channel is ever opened again.
      if (opened != null) {
        abort(opened);
      }
      inbox.add(new Command.NotOpened(e));
    }
  }

  private void sendWhatMayGo() {
    for (Lane lane : lanes) {
      while (lane.unconfirmed < properties.messagesInFlight()) {
        Event next = nextOf(lane);
        Channel open = channel;
        if (next == null || lane.mustWait(next)) {
          break;
        }
        if (open == null || link.isBlocked()) {
          return;
        }
        send(open, lane);
      }
    }
  }

  /** The next event to send; those of a group that was cancelled or has failed are passed over. */
  private @Nullable Event nextOf(Lane lane) {
    Event next = lane.waiting.peek();
    while (next != null && next.group.done.isDone()) {
      lane.waiting.remove();
      next.group.failed = true;
      close(next);
      next = lane.waiting.peek();
    }
    return next;
  }

  private void send(Channel open, Lane lane) {
    List<Event> events = new ArrayList<>();
    List<byte[]> bodies = new ArrayList<>();
    long size = 0;
    for (Event next : lane.waiting) {
      size += next.body.length;
      boolean full =
          events.size() == properties.eventsPerMessage()
              || size > properties.messageSize().toBytes();
      // The first is alive; whoever is cancelled behind it is passed over in the next message.
      if (!events.isEmpty() && (full || next.group.done.isDone())) {
        break;
      }
      events.add(next);
      bodies.add(next.body);
    }
    byte[] body = codec.join(bodies);
    long number = open.getNextPublishSeqNo();
    Sent sent = new Sent(lane, number, events, deadline());
    outstanding.put(number, sent);
    lane.unconfirmed++;
    lane.last = sent;
    for (int i = 0; i < events.size(); i++) {
      lane.waiting.remove();
    }
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
          topology.exchange(stream), topology.routingKey(lane.partition), true, headers, body);
    } catch (IOException | AlreadyClosedException e) {
      lose(open, e.toString());
    } catch (RuntimeException e) {
      outstanding.remove(number);
      fail(List.of(sent), "the events could not be sent: " + e, e);
      lose(open, e.toString());
    }
  }

  private void expire() {
    long now = System.nanoTime();
    if (now - nextExpiry < 0) {
      return;
    }
    nextExpiry = now + BUSY_NANOS;
    List<Lane> late = new ArrayList<>();
    for (Lane lane : lanes) {
      Event first = nextOf(lane);
      if (first != null && now - first.group.deadline > 0) {
        late.add(lane);
      }
    }
    failWaiting(late, unavailable("the broker could not be reached in time", null));
    Iterator<Sent> oldestFirst = outstanding.values().iterator();
    Channel open = channel;
    if (open != null && oldestFirst.hasNext() && now - oldestFirst.next().deadline() > 0) {
      lose(open, "no confirm within " + properties.confirmTimeout());
      link.cut();
    }
  }

  /** Fails messages, what waits behind them in their lanes, and the groups of all that. */
  private void fail(Collection<Sent> lost, String reason, @Nullable Throwable cause) {
    if (lost.isEmpty()) {
      return;
    }
    HongyanException failure = unavailable(reason, cause);
    List<Lane> behind = new ArrayList<>();
    for (Sent sent : lost) {
      sent.lane().answered(sent);
      behind.add(sent.lane());
      for (Event event : sent.events()) {
        close(event);
        fail(event.group, failure);
      }
    }
    failWaiting(behind, failure);
  }

  private void failWaiting(List<Lane> behind, HongyanException failure) {
    for (Lane lane : behind) {
      for (Event event : lane.waiting) {
        fail(event.group, failure);
      }
    }
    for (Lane lane : lanes) {
      lane.waiting.removeIf(
          event -> {
            if (event.group.failed) {
              close(event);
            }
            return event.group.failed;
          });
    }
  }

  private void fail(Group group, HongyanException failure) {
    if (!group.failed) {
      group.failed = true;
      metrics.failed().increment(group.events.size());
      finish(group, failure);
    }
  }

  /** An event has its outcome, whatever it is. */
  private void close(Event event) {
    event.group.open--;
    event.group.openBytes -= event.body.length;
    unfinished.decrementAndGet();
    unfinishedBytes.addAndGet(-event.body.length);
  }

  private void finish(Group group, @Nullable HongyanException failure) {
    Runnable completion =
        failure == null
            ? () -> group.done.complete(null)
            : () -> group.done.completeExceptionally(failure);
    if (group.inOrder) {
      // A stage waits for it: waking it is quicker than telling somebody to wake it.
      completion.run();
    } else {
      finished.add(completion);
    }
  }

  private void complete() {
    if (finished.isEmpty()) {
      return;
    }
    List<Runnable> batch = List.copyOf(finished);
    finished.clear();
    try {
      completions.execute(() -> batch.forEach(Runnable::run));
    } catch (RejectedExecutionException e) {
      // Closed meanwhile; nothing is left that this could hold up.
      batch.forEach(Runnable::run);
    }
  }

  /** Nothing is known of what was under way: all of it fails, on a new channel the rest goes on. */
  private void startAfresh(String reason, @Nullable Throwable cause) {
    Set<Group> known = Collections.newSetFromMap(new IdentityHashMap<>());
    outstanding.values().forEach(sent -> sent.events().forEach(event -> known.add(event.group)));
    for (Lane lane : lanes) {
      lane.waiting.forEach(event -> known.add(event.group));
    }
    for (Command command : commands) {
      if (command instanceof Command.Publish publish) {
        known.add(publish.group());
      } else if (command instanceof Command.Opened opened) {
        abort(opened.channel());
      }
    }
    if (arriving != null) {
      known.add(arriving);
    }
    HongyanException failure = unavailable(reason, cause);
    for (Group group : known) {
      unfinished.addAndGet(-group.open);
      unfinishedBytes.addAndGet(-group.openBytes);
      group.open = 0;
      group.openBytes = 0;
      fail(group, failure);
    }
    outstanding.clear();
    for (Lane lane : lanes) {
      lane.waiting.clear();
      lane.unconfirmed = 0;
      lane.last = null;
    }
    commands.clear();
    arriving = null;
    opening = false;
    crash = null;
    Channel open = channel;
    if (open != null) {
      lose(open, reason);
    }
    complete();
  }

  private void shutDown() {
    closing = true;
    ended = true;
    inbox.drainTo(commands);
    startAfresh("the publisher is closed", null);
  }

  private long deadline() {
    return System.nanoTime() + properties.confirmTimeout().toNanos();
  }

  private HongyanException unavailable(String reason, @Nullable Throwable cause) {
    return HongyanException.unavailable("stream " + stream + ": " + reason, cause);
  }
}
