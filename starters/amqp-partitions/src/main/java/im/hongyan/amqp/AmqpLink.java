package im.hongyan.amqp;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the broker, opened when a channel is asked for and opened anew when it broke.
 * Who holds a channel watches it and asks again; there is no other recovery.
 */
final class AmqpLink implements AutoCloseable {
  private final ConnectionFactory factory;
  private final List<Address> addresses;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final ExecutorService callbacks;
  private volatile @Nullable Connection connection;
  private volatile boolean blocked;
  private volatile boolean closed;

  AmqpLink(ConnectionFactory template, List<Address> addresses, String name) {
    this.factory = template.clone();
    this.factory.setAutomaticRecoveryEnabled(false);
    this.factory.setTopologyRecoveryEnabled(false);
    this.factory.setConnectionTimeout(5_000);
    this.factory.setHandshakeTimeout(5_000);
    this.factory.setChannelRpcTimeout(10_000);
    this.addresses = addresses;
    this.name = name;
    // Callbacks only put things into queues, so that one thread serves all channels.
    this.callbacks =
        Executors.newSingleThreadExecutor(Thread.ofVirtual().name("amqp-" + name).factory());
  }

  /** A new channel; may wait for seconds. */
  Channel openChannel() throws IOException {
    try {
      Channel channel = connect().createChannel();
      if (channel == null) {
        throw new IOException("no channel is left on the connection " + name);
      }
      return channel;
    } catch (TimeoutException e) {
      throw new IOException("the broker did not answer in time", e);
    }
  }

  private Connection connect() throws IOException, TimeoutException {
    lock.lock();
    try {
      if (closed) {
        throw new IOException("the connection " + name + " is closed");
      }
      Connection current = connection;
      if (current != null && current.isOpen()) {
        return current;
      }
      Connection opened = factory.newConnection(callbacks, addresses, name);
      blocked = false;
      opened.addBlockedListener(reason -> blocked = true, () -> blocked = false);
      connection = opened;
      return opened;
    } finally {
      lock.unlock();
    }
  }

  /** Whether the broker has asked not to be sent anything for now. */
  boolean isBlocked() {
    return blocked;
  }

  /** Cuts the connection: the broker does not answer any more. Returns at once. */
  void cut() {
    Connection current = connection;
    if (current != null) {
      Thread.ofVirtual().name("amqp-cut").start(() -> current.abort(1_000));
    }
  }

  @Override
  public void close() {
    closed = true;
    Connection current = connection;
    if (current != null) {
      current.abort(2_000);
    }
    callbacks.shutdown();
  }
}
