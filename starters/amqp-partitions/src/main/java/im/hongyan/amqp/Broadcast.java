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
 * Tells something to all instances that listen, this one included: at most once, as good as the
 * connection is. For hints such as "forget what you cached", never for what must not be lost.
 *
 * @param <E> the events
 */
public final class Broadcast<E> implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Broadcast.class);
  private static final int CAPACITY = 10_000;
  private static final long POLL_MILLIS = 200;

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

  /** Tells all listeners; dropped when the broker cannot be reached. Never waits. */
  public void publish(E event) {
    if (!outgoing.offer(codec.encode(event))) {
      log.debug("Broadcast {} is full; an event is dropped", name);
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
    while (!closed) {
      try {
        byte[] event = outgoing.take();
        if (channel == null || !channel.isOpen()) {
          channel = publishing.openChannel();
          topology.declareBroadcast(channel, name);
        }
        AMQP.BasicProperties properties =
            new AMQP.BasicProperties.Builder().contentType("application/json").build();
        channel.basicPublish(name, "", properties, codec.join(List.of(event)));
      } catch (InterruptedException e) {
        closed = true;
      } catch (IOException | RuntimeException e) {
        log.debug("Broadcast {} dropped an event", name, e);
      }
    }
    abort(channel);
  }

  private void receive() {
    int failures = 0;
    while (!closed) {
      Channel channel = null;
      try {
        BlockingQueue<byte[]> arrived = new ArrayBlockingQueue<>(CAPACITY);
        channel = consuming.openChannel();
        String queue = name + "." + UUID.randomUUID();
        topology.declareBroadcastQueue(channel, name, queue);
        channel.basicConsume(queue, true, into(channel, arrived));
        listeners.forEach(BroadcastListener::missed);
        up = true;
        failures = 0;
        while (!closed && channel.isOpen()) {
          byte[] body = arrived.poll(POLL_MILLIS, TimeUnit.MILLISECONDS);
          if (body != null) {
            tell(body);
          }
        }
      } catch (InterruptedException e) {
        closed = true;
      } catch (IOException | RuntimeException e) {
        log.debug("Broadcast {} is not heard", name, e);
        failures++;
      } finally {
        up = false;
        abort(channel);
      }
      if (!closed) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(reconnect.millis(failures)));
      }
    }
  }

  private DefaultConsumer into(Channel channel, BlockingQueue<byte[]> arrived) {
    return new DefaultConsumer(channel) {
      @Override
      public void handleDelivery(
          String tag, Envelope envelope, AMQP.BasicProperties properties, byte[] body) {
        if (!arrived.offer(body)) {
          log.warn("Listeners of broadcast {} are too slow; an event is dropped", name);
        }
      }
    };
  }

  private void tell(byte[] body) {
    List<E> events;
    try {
      events = codec.decode(body);
    } catch (RuntimeException e) {
      log.warn("Broadcast {} carries what cannot be read: {}", name, e.toString());
      return;
    }
    for (E event : events) {
      for (BroadcastListener<E> listener : listeners) {
        try {
          listener.on(event);
        } catch (RuntimeException e) {
          log.warn("A listener of broadcast {} failed", name, e);
        }
      }
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
