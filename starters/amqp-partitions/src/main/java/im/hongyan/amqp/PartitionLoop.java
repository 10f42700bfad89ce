package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import com.rabbitmq.client.ShutdownSignalException;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Consumes one partition on one thread: takes what has arrived, has it handled, acknowledges it. A
 * lost channel is opened anew; what was not acknowledged comes again.
 *
 * <p>Acknowledging costs the broker as much as publishing does, a forced write included, so what
 * was handled within {@code acknowledgeWithin} is acknowledged in one go. Meanwhile it may come
 * again after a crash, as anything may of which the broker has not yet seen the acknowledgement.
 */
final class PartitionLoop<E> implements Runnable {
  /** All that the loops of one consumer share. */
  record Setting<E>(
      String stream,
      EventCodec<E> codec,
      PartitionHandler<E> handler,
      AmqpProperties properties,
      StreamTopology topology,
      AmqpLink link,
      LeftOutPartitions leftOut,
      DeadLetters deadLetters,
      TransientFailure transientFailure,
      Backoff retry,
      Backoff reconnect,
      Clock clock,
      StreamMetrics metrics) {}

  private static final Logger log = LoggerFactory.getLogger(PartitionLoop.class);
  private static final Duration LONGEST_STOP = Duration.ofSeconds(10);

  /** Stands behind the last delivery of a subscription. */
  private static final Delivery STOP = new Delivery(-1, new byte[0], null);

  private final Setting<E> setting;
  private final int partition;
  private final Runnable announce;
  private final long tickNanos;
  private final long acknowledgeWithinNanos;
  private final int mostHandled;
  private final Thread thread;

  /**
   * When the last of what was handled since the last tick was published; the largest if nothing.
   */
  private long lastHeard = Long.MAX_VALUE;

  private volatile boolean stopping;
  private volatile boolean subscribed;
  private volatile @Nullable Subscription subscription;

  // All below: touched by the loop's thread alone.
  private long nextTick;
  private int failedOpenings;

  /** {@code announce}: tells other instances what this one works on; must not wait. */
  PartitionLoop(Setting<E> setting, int partition, Runnable announce) {
    this.setting = setting;
    this.partition = partition;
    this.announce = announce;
    this.tickNanos = setting.properties().tickInterval().toNanos();
    this.acknowledgeWithinNanos = setting.properties().acknowledgeWithin().toNanos();
    // The broker sends no more than the prefetch; half of it must be on its way.
    this.mostHandled = Math.max(1, setting.properties().prefetch() / 2);
    this.nextTick = System.nanoTime() + tickNanos;
    this.thread =
        Thread.ofVirtual().name("consume-" + setting.stream() + "-" + partition).unstarted(this);
  }

  /** The subscription is over, because the channel is gone or the loop is to stop. */
  private static final class EndedException extends Exception {
    EndedException() {
      super("the subscription has ended", null, false, false);
    }
  }

  /** A class, not a record: compared by identity, since one of them means the end. */
  private static final class Delivery {
    private final long tag;
    private final byte[] body;
    private final @Nullable Long publishedAt;

    Delivery(long tag, byte[] body, @Nullable Long publishedAt) {
      this.tag = tag;
      this.body = body;
      this.publishedAt = publishedAt;
    }
  }

  /** A channel with its deliveries, from subscribing until it is lost or closed. */
  private static final class Subscription {
    private final Channel channel;
    private final BlockingQueue<Delivery> arrived = new LinkedBlockingQueue<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private @Nullable Delivery heldOver;

    /** Another instance may have worked on the partition since the last reset. */
    private volatile boolean fresh = true;

    /** When the first event came, by the wall clock; zero before. */
    private volatile long activeSince;

    /** To end after this batch, since another instance is to have the partition. */
    private volatile boolean leaving;

    /**
     * Messages that are handled and not acknowledged, the last of them, and until when to do it.
     */
    private int handled;

    private long handledUpTo;
    private long acknowledgeAt;

    Subscription(Channel channel) {
      this.channel = channel;
    }

    void end() {
      ended.countDown();
    }

    boolean hasEnded() {
      return ended.getCount() == 0;
    }

    void leave() {
      leaving = true;
      arrived.add(STOP);
    }

    void handled(int messages, long lastTag, long withinNanos) {
      if (handled == 0) {
        acknowledgeAt = System.nanoTime() + withinNanos;
      }
      handled += messages;
      handledUpTo = lastTag;
    }

    long nanosToAcknowledgement() {
      return handled == 0 ? Long.MAX_VALUE : acknowledgeAt - System.nanoTime();
    }

    /** One for all: this channel has one consumer, and what came before is done. */
    void acknowledge() throws IOException {
      if (handled > 0) {
        channel.basicAck(handledUpTo, handled > 1);
        handled = 0;
      }
    }
  }

  /**
   * An event, and where it came from: buried, it is what was sent, not what was understood of it.
   */
  private static final class Taken<E> {
    private final E event;
    private final byte[] body;
    private final int place;

    Taken(E event, byte[] body, int place) {
      this.event = event;
      this.body = body;
      this.place = place;
    }

    E event() {
      return event;
    }
  }

  /** What is handled in one go: events, and the messages that brought them. */
  private record Batch<E>(List<Taken<E>> events, long lastTag, int messages) {}

  void start() {
    thread.start();
  }

  /** Asks the loop to finish its batch and to stop; {@link #awaitStop} waits for it. */
  void requestStop() {
    stopping = true;
    Subscription current = subscription;
    if (current != null) {
      current.arrived.add(STOP);
      current.end();
    }
  }

  void awaitStop() throws InterruptedException {
    if (!thread.join(LONGEST_STOP)) {
      log.warn("Partition {} of {} does not stop; interrupting", partition, setting.stream());
      thread.interrupt();
    }
  }

  boolean isSubscribed() {
    return subscribed;
  }

  /** Since when it has been given events, in milliseconds of the wall clock; zero if not yet. */
  long activeSince() {
    Subscription current = subscription;
    return current == null ? 0 : current.activeSince;
  }

  /** Leaves the partition to another instance after this batch, and queues up behind it. */
  void release() {
    Subscription current = subscription;
    if (current != null) {
      log.info("Partition {} of {} is left to another instance", partition, setting.stream());
      current.leave();
    }
  }

  /**
   * Another instance has been given events of this partition. Where that was after this one's, the
   * broker has moved the partition, though this channel is still open; where not, what is in memory
   * may be old all the same.
   */
  void hearOfOther(long since) {
    Subscription current = subscription;
    if (current == null || current.activeSince == 0) {
      return;
    }
    if (since > current.activeSince) {
      log.warn("Partition {} of {} has moved to another instance", partition, setting.stream());
      current.leave();
      current.end();
    } else {
      current.fresh = true;
    }
  }

  @Override
  public void run() {
    while (!stopping) {
      Subscription opened = null;
      try {
        opened = subscribe();
        failedOpenings = 0;
        subscribed = true;
        consume(opened);
      } catch (EndedException e) {
        log.debug("Partition {} of {}: subscription ended", partition, setting.stream());
      } catch (InterruptedException e) {
        stopping = true;
      } catch (IOException | RuntimeException e) {
        if (failedOpenings++ == 0 && !stopping) {
          log.warn("Partition {} of {} is not consumed: {}", partition, setting.stream(), e + "");
        }
      } catch (Throwable e) {
        // Whatever it was, the partition goes on: nobody else would consume it.
        failedOpenings++;
        setting.metrics().crashes().increment();
        log.error("Partition {} of {} failed; it starts afresh", partition, setting.stream(), e);
      } finally {
        subscribed = false;
        subscription = null;
        close(opened);
      }
      pauseBeforeReconnect();
    }
  }

  private void pauseBeforeReconnect() {
    long deadline =
        System.nanoTime()
            + TimeUnit.MILLISECONDS.toNanos(setting.reconnect().millis(failedOpenings));
    while (!stopping && System.nanoTime() - deadline < 0) {
      LockSupport.parkNanos(this, TimeUnit.MILLISECONDS.toNanos(20));
    }
  }

  private Subscription subscribe() throws IOException, EndedException, InterruptedException {
    setting.leftOut().check();
    Channel channel = setting.link().openChannel();
    Subscription opened = new Subscription(channel);
    try {
      setting.topology().declarePartition(channel, setting.stream(), partition);
      channel.basicQos(setting.properties().prefetch());
      channel.addShutdownListener(cause -> lost(opened, cause));
      subscription = opened;
      retrying(opened, "reset", () -> setting.handler().reset(partition));
      channel.basicConsume(
          setting.topology().queue(setting.stream(), partition), false, receiver(opened));
      return opened;
    } catch (IOException | RuntimeException | EndedException | InterruptedException e) {
      close(opened);
      throw e;
    }
  }

  private void lost(Subscription lost, ShutdownSignalException cause) {
    if (!stopping && !cause.isInitiatedByApplication()) {
      log.warn(
          "Channel to consume partition {} of {} is gone: {}",
          partition,
          setting.stream(),
          cause.getMessage());
    }
    subscribed = false;
    lost.arrived.add(STOP);
    lost.end();
  }

  private DefaultConsumer receiver(Subscription receiving) {
    return new DefaultConsumer(receiving.channel) {
      @Override
      public void handleDelivery(
          String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        Map<String, Object> headers = properties.getHeaders();
        Object at = headers == null ? null : headers.get(PublishChannel.PUBLISHED_AT);
        receiving.arrived.add(
            new Delivery(
                envelope.getDeliveryTag(), body, at instanceof Long millis ? millis : null));
      }

      @Override
      public void handleCancel(String tag) {
        receiving.arrived.add(STOP);
        receiving.end();
      }
    };
  }

  private void consume(Subscription current)
      throws EndedException, InterruptedException, IOException {
    try {
      takeTurns(current);
    } finally {
      if (!current.hasEnded() || stopping) {
        current.acknowledge();
      }
    }
  }

  private void takeTurns(Subscription current)
      throws EndedException, InterruptedException, IOException {
    while (!stopping && !current.hasEnded() && !current.leaving) {
      long wait = Math.min(nextTick - System.nanoTime(), current.nanosToAcknowledgement());
      Delivery first = current.heldOver;
      current.heldOver = null;
      if (first == null) {
        first = current.arrived.poll(Math.max(wait, 0), TimeUnit.NANOSECONDS);
      }
      if (first == STOP) {
        return;
      }
      if (first != null) {
        if (current.activeSince == 0) {
          current.activeSince = setting.clock().millis();
          announce.run();
        }
        if (current.fresh) {
          // Before it is reset: what is heard meanwhile counts.
          current.fresh = false;
          retrying(current, "reset", () -> setting.handler().reset(partition));
        }
        work(current, first);
      }
      if (current.handled >= mostHandled || current.nanosToAcknowledgement() <= 0) {
        current.acknowledge();
      }
      if (System.nanoTime() - nextTick >= 0) {
        tick();
        nextTick = System.nanoTime() + tickNanos;
      }
    }
  }

  private void work(Subscription current, Delivery first)
      throws EndedException, InterruptedException, IOException {
    Batch<E> batch = gather(current, first);
    if (!batch.events().isEmpty()) {
      setting.metrics().batch().record(batch.events().size());
      handle(current, new ArrayList<>(batch.events()));
      setting.metrics().consumed().increment(batch.events().size());
    }
    current.handled(batch.messages(), batch.lastTag(), acknowledgeWithinNanos);
  }

  /** Takes what has arrived, up to about the largest batch; messages are never divided. */
  private Batch<E> gather(Subscription current, Delivery first)
      throws EndedException, InterruptedException {
    List<Taken<E>> events = new ArrayList<>();
    long lastTag = first.tag;
    int messages = 0;
    long bytes = 0;
    long now = setting.clock().millis();
    for (Delivery next = first; next != null; next = current.arrived.poll()) {
      if (next == STOP) {
        // Seen again by the loop once this batch is done.
        current.heldOver = STOP;
        break;
      }
      decode(current, next.body, events);
      lastTag = next.tag;
      messages++;
      bytes += next.body.length;
      Long publishedAt = next.publishedAt;
      if (publishedAt != null) {
        lastHeard = publishedAt;
        setting.metrics().lag().record(Math.max(0, now - publishedAt), TimeUnit.MILLISECONDS);
      }
      if (events.size() >= setting.properties().maxBatch()
          || bytes >= setting.properties().maxBatchSize().toBytes()) {
        break;
      }
    }
    return new Batch<>(events, lastTag, messages);
  }

  private void decode(Subscription current, byte[] body, List<Taken<E>> into)
      throws EndedException, InterruptedException {
    List<E> events;
    try {
      events = setting.codec().decode(body);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      decodeOneByOne(current, body, e, into);
      return;
    }
    for (int place = 0; place < events.size(); place++) {
      into.add(new Taken<>(events.get(place), body, place));
    }
  }

  private void decodeOneByOne(
      Subscription current, byte[] body, Throwable failure, List<Taken<E>> into)
      throws EndedException, InterruptedException {
    List<byte[]> parts;
    try {
      parts = setting.codec().split(body);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      bury(current, body, failure);
      return;
    }
    for (byte[] part : parts) {
      byte[] alone = setting.codec().join(List.of(part));
      try {
        for (E event : setting.codec().decode(alone)) {
          into.add(new Taken<>(event, alone, 0));
        }
      } catch (RuntimeException | StackOverflowError | LinkageError e) {
        bury(current, part, e);
      }
    }
  }

  private byte[] asSent(Taken<E> taken) {
    try {
      return setting.codec().split(taken.body).get(taken.place);
    } catch (RuntimeException e) {
      log.warn("An event of {} is buried with its whole message", setting.stream(), e);
      return taken.body;
    }
  }

  /** Returns when every event is handled or buried. */
  private void handle(Subscription current, List<Taken<E>> events)
      throws EndedException, InterruptedException {
    int tries = 0;
    int hopeless = 0;
    while (!events.isEmpty()) {
      try {
        setting.handler().handle(partition, events.stream().map(Taken::event).toList());
        return;
      } catch (PoisonEventException e) {
        int index = e.index();
        if (index >= 0 && index < events.size()) {
          bury(current, asSent(events.remove(index)), e);
          continue;
        }
        hopeless++;
        log.warn("A handler of {} named event {} of {}", setting.stream(), index, events.size());
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        if (setting.transientFailure().isTransient(e)) {
          hopeless = 0;
        } else {
          hopeless++;
        }
        logFailure(tries, events.size(), e);
        if (hopeless >= setting.properties().poisonRetries()) {
          if (events.size() == 1) {
            bury(current, asSent(events.getFirst()), e);
          } else {
            handleOneByOne(current, events);
          }
          return;
        }
      }
      setting.metrics().retries().increment();
      pause(current, ++tries);
    }
  }

  private void handleOneByOne(Subscription current, List<Taken<E>> events)
      throws EndedException, InterruptedException {
    for (Taken<E> event : events) {
      handle(current, new ArrayList<>(List.of(event)));
    }
  }

  private void logFailure(int tries, int events, Throwable e) {
    if (tries == 0) {
      log.warn(
          "{} events in partition {} of {} failed; trying again",
          events,
          partition,
          setting.stream(),
          e);
    } else {
      log.debug("Try {} in partition {} of {}", tries + 1, partition, setting.stream(), e);
    }
  }

  private void bury(Subscription current, byte[] body, Throwable failure)
      throws EndedException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        setting.deadLetters().bury(setting.stream(), partition, body, failure);
        setting.metrics().dead().increment();
        log.warn(
            "An event in partition {} of {} is dead: {}",
            partition,
            setting.stream(),
            failure.getMessage());
        return;
      } catch (IOException | TimeoutException | RuntimeException e) {
        log.warn("Could not bury an event of {}; trying again: {}", setting.stream(), e.toString());
        pause(current, tries);
      }
    }
  }

  private void tick() {
    // Where nothing has come since the last tick, nothing waits.
    long heardUpTo = Math.min(lastHeard, setting.clock().millis());
    lastHeard = Long.MAX_VALUE;
    try {
      setting.handler().tick(partition, heardUpTo);
    } catch (InterruptedException e) {
      stopping = true;
    } catch (Throwable e) {
      log.warn("Tick of partition {} of {} failed", partition, setting.stream(), e);
    }
  }

  @FunctionalInterface
  private interface Step {
    void run() throws Exception;
  }

  private void retrying(Subscription current, String what, Step step)
      throws EndedException, InterruptedException {
    for (int tries = 1; ; tries++) {
      try {
        step.run();
        return;
      } catch (InterruptedException e) {
        throw e;
      } catch (Throwable e) {
        log.warn("{} of partition {} of {} failed", what, partition, setting.stream(), e);
        pause(current, tries);
      }
    }
  }

  /** Waits before the next try; the channel stays, unless it is lost meanwhile. */
  private void pause(Subscription current, int tries) throws EndedException, InterruptedException {
    if (stopping
        || current.leaving
        || current.ended.await(setting.retry().millis(tries), TimeUnit.MILLISECONDS)) {
      throw new EndedException();
    }
  }

  private void close(@Nullable Subscription over) {
    if (over == null) {
      return;
    }
    try {
      over.channel.abort();
    } catch (IOException | RuntimeException e) {
      log.debug("Abort of a channel", e);
    }
  }
}
