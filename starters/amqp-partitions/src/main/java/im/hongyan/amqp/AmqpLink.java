package im.hongyan.amqp;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.SocketConfigurator;
import java.io.IOException;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection to the broker, opened when a channel is asked for and opened anew when it broke.
 * Who holds a channel watches it and asks again; there is no other recovery.
 */
final class AmqpLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(AmqpLink.class);

  private final ConnectionFactory factory;
  private final List<Address> addresses;
  private final String name;
  private final ReentrantLock lock = new ReentrantLock();
  private final ExecutorService callbacks;
  private volatile @Nullable Connection connection;

  /** The last one that was made; that of the connection, unless the next one is being opened. */
  private volatile @Nullable Socket socket;

  private volatile boolean blocked;
  private volatile boolean closed;

  AmqpLink(ConnectionFactory template, List<Address> addresses, String name) {
    this.factory = template.clone();
    this.factory.setAutomaticRecoveryEnabled(false);
    this.factory.setTopologyRecoveryEnabled(false);
    this.factory.setConnectionTimeout(5_000);
    this.factory.setHandshakeTimeout(5_000);
    this.factory.setChannelRpcTimeout(10_000);
    SocketConfigurator configured = template.getSocketConfigurator();
    this.factory.setSocketConfigurator(
        made -> {
          configured.configure(made);
          socket = made;
        });
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
    Socket below = socket;
    if (current != null) {
      Thread.ofVirtual()
          .name("amqp-cut")
          .start(
              () -> {
                sever(below);
                current.abort(1_000);
              });
    }
  }

  /**
   * Closes the socket under the connection. Closing the connection politely has to write, and waits
   * for whoever is held in a write because the broker does not read.
   */
  private static void sever(@Nullable Socket socket) {
    if (socket == null) {
      return;
    }
    try {
      socket.setSoLinger(true, 0);
    } catch (IOException e) {
      log.debug("The socket is closed already", e);
    }
    try {
      socket.close();
    } catch (IOException e) {
      log.debug("Closing a cut socket", e);
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
