package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.DefaultConsumer;
import com.rabbitmq.client.Envelope;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells something to all instances that listen, this one included, as good as the connection is.
 * For hints such as "forget what you cached", never for what must not be lost: what may have been
 * lost on the way, listeners learn as {@link BroadcastListener#missed}.
 *
 * @param <E> the events
 */
public final class Broadcast<E> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Broadcast.class);
  private static final int CAPACITY = 10_000;
  private static final long POLL_MILLIS = 200;

  /** Means that something before it may be lost. To be decoded it is a message without events. */
  private static final List<byte[]> NOTHING = List.of();

  private final String name;
  private final EventCodec<E> codec;
  private final StreamTopology topology;
  private final AmqpLink publishing;
  private final AmqpLink consuming;
  private final Backoff reconnect;
  private final List<BroadcastListener<E>> listeners = new CopyOnWriteArrayList<>();
  private final BlockingQueue<byte[]> outgoing = new ArrayBlockingQueue<>(CAPACITY);
  private final Thread sender;
  private final Thread receiver;

  /** Something that was told may not have arrived, and listeners do not know. */
  private volatile boolean dropped;

  private volatile boolean closed;
  private volatile boolean up;

  Broadcast(
      String name,
      EventCodec<E> codec,
      StreamTopology topology,
      AmqpLink publishing,
      AmqpLink consuming,
      Backoff reconnect) {
    this.name = name;
    this.codec = codec;
    this.topology = topology;
    this.publishing = publishing;
    this.consuming = consuming;
    this.reconnect = reconnect;
    this.sender = Thread.ofVirtual().name("broadcast-" + name).start(this::send);
    this.receiver = Thread.ofVirtual().name("listen-" + name).unstarted(this::receive);
  }

  /**
   * Tells all listeners, when the broker can be reached again at the latest. Never waits: what is
   * too much meanwhile is dropped, and listeners told that they missed something.
   */
  public void publish(E event) {
    if (!outgoing.offer(codec.encode(event))) {
      dropped = true;
    }
  }

  /** Adds a listener; it hears what is told once the subscription is up. */
  public void subscribe(BroadcastListener<E> listener) {
    listeners.add(listener);
    synchronized (this) {
      if (receiver.getState() == Thread.State.NEW) {
        receiver.start();
      }
    }
  }

  /** Whether listeners hear: true as well when there are none. */
  public boolean isUp() {
    return up || listeners.isEmpty();
  }

  @Override
  public void close() {
    closed = true;
    sender.interrupt();
    receiver.interrupt();
  }

  private void send() {
    Channel channel = null;
    byte[] event = null;
    int failures = 0;
    while (!closed) {
      try {
        if (event == null) {
          event = outgoing.take();
        }
        if (channel == null || !channel.isOpen()) {
          // What was sent last may not have arrived.
          dropped |= channel != null;
          channel = publishing.openChannel();
          topology.declareBroadcast(channel, name);
        }
        if (dropped) {
          dropped = false;
          tellAll(channel, NOTHING);
        }
        tellAll(channel, List.of(event));
        event = null;
        failures = 0;
      } catch (InterruptedException e) {
        closed = true;
      } catch (Throwable e) {
        dropped = true;
        log.debug("Broadcast {} is not sent yet", name, e);
        abort(channel);
        channel = null;
        pause(++failures);
      }
    }
    abort(channel);
  }

  private void tellAll(Channel channel, List<byte[]> events) throws IOException {
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder().contentType("application/json").build();
    channel.basicPublish(name, "", properties, codec.join(events));
  }

  private void pause(int failures) {
    if (!closed) {
      LockSupport.parkNanos(reconnect.nanos(failures));
    }
  }

  /** A queue of this instance's own, until it is lost or what has arrived is too much. */
  private static final class Subscription {
    private final BlockingQueue<byte[]> arrived = new ArrayBlockingQueue<>(CAPACITY);
    private volatile boolean over;
  }

  private void receive() {
    int failures = 0;
    while (!closed) {
      Channel channel = null;
      try {
        Subscription current = new Subscription();
        channel = consuming.openChannel();
        String queue = name + "." + UUID.randomUUID();
        topology.declareBroadcastQueue(channel, name, queue);
        channel.basicConsume(queue, true, into(channel, current));
        missed();
        up = true;
        failures = 0;
        while (!closed && !current.over && channel.isOpen()) {
          byte[] body = current.arrived.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
          if (body != null) {
            tell(body);
          }
        }
      } catch (InterruptedException e) {
        closed = true;
      } catch (Throwable e) {
        log.debug("Broadcast {} is not heard", name, e);
        failures++;
      } finally {
        up = false;
        abort(channel);
      }
      pause(failures);
    }
  }

  private DefaultConsumer into(Channel channel, Subscription current) {
    return new DefaultConsumer(channel) {
      @Override
      public void handleDelivery(
          String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        if (!current.arrived.offer(body) && !current.over) {
          log.warn("Listeners of broadcast {} are too slow; they miss something", name);
          current.over = true;
        }
      }

      @Override
      public void handleCancel(String tag) {
        current.over = true;
      }
    };
  }

  private void tell(byte[] body) {
    List<E> events;
    try {
      events = codec.decode(body);
    } catch (RuntimeException | StackOverflowError | LinkageError e) {
      log.warn("Broadcast {} carries what cannot be read: {}", name, e.toString());
      return;
    }
    if (events.isEmpty()) {
      missed();
    }
    for (E event : events) {
      listeners.forEach(listener -> guarded(() -> listener.on(event)));
    }
  }

  private void missed() {
    listeners.forEach(listener -> guarded(listener::missed));
  }

  private void guarded(Runnable call) {
    try {
      call.run();
    } catch (Throwable e) {
      // Whatever it was, the others hear it, and this one hears what comes next.
      log.warn("A listener of broadcast {} failed", name, e);
    }
  }

  private static void abort(@Nullable Channel channel) {
    if (channel != null) {
      try {
        channel.abort();
      } catch (IOException | RuntimeException e) {
        log.debug("Abort of a channel", e);
      }
    }
  }
}
