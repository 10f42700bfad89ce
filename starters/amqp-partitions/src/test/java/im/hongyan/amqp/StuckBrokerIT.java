package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.amqp.Streams.Letter;
import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A broker that stops reading: its connections stay open, and writes to them never end. */
@Timeout(60)
class StuckBrokerIT {
  /** Stands between a client and a broker, and can stop reading what the client writes. */
  private static final class Relay implements AutoCloseable {
    private final ServerSocket door = new ServerSocket();
    private final int broker;
    private volatile boolean reading = true;
    private volatile boolean closed;

    Relay(int broker) throws IOException {
      this.broker = broker;
      door.setReceiveBufferSize(32 << 10);
      door.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      while (!closed) {
        try {
          Socket client = door.accept();
          Socket server = new Socket(InetAddress.getLoopbackAddress(), broker);
          Thread.ofVirtual().start(() -> copy(client, server, true));
          Thread.ofVirtual().start(() -> copy(server, client, false));
        } catch (IOException e) {
          closed = true;
        }
      }
    }

    private void copy(Socket from, Socket to, boolean stoppable) {
      try (from;
          to) {
        InputStream in = from.getInputStream();
        OutputStream out = to.getOutputStream();
        byte[] buffer = new byte[8 << 10];
        for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
          out.write(buffer, 0, read);
          out.flush();
          while (stoppable && !reading && !closed) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
          }
        }
      } catch (IOException e) {
        // One of the two is gone, and so is the other.
      }
    }

    @Override
    public void close() throws IOException {
      closed = true;
      door.close();
    }
  }

  @Test
  void aWriteThatTheBrokerDoesNotReadIsCutAndThePublisherGoesOn() throws Exception {
    try (EmbeddedAmqp broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
        Relay relay = new Relay(broker.port())) {
      URI direct = broker.uri();
      URI uri =
          new URI(
              direct.getScheme(),
              direct.getUserInfo(),
              "127.0.0.1",
              relay.door.getLocalPort(),
              direct.getPath(),
              null,
              null);
      try (Streams streams = new Streams(uri, Streams.properties(2))) {
        StreamPublisher<Letter> publisher = streams.factory.publisher("stuck", Streams.CODEC);
        publisher.publishTo(0, new Letter("a", 0, "hi")).get(10, TimeUnit.SECONDS);
        relay.reading = false;
        CompletableFuture<Void> held =
            publisher.publishTo(0, new Letter("a", 1, "x".repeat(16 << 20)));
        assertThatThrownBy(() -> held.get(20, TimeUnit.SECONDS))
            .hasCauseInstanceOf(HongyanException.class);

        relay.reading = true;
        publisher.publishTo(0, new Letter("a", 2, "hi")).get(20, TimeUnit.SECONDS);
      }
    }
  }
}
