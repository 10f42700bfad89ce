package im.hongyan.processes.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class TcpLinkTest {
  private static final int SHORT_MILLIS = 200;
  private static final int LONG_MILLIS = 10_000;

  private final Echo echo = new Echo();
  private final TcpLink link = TcpLink.to(List.of(echo.port()));

  @AfterEach
  void close() {
    link.close();
    echo.close();
  }

  @Test
  void whatIsSentComesThroughBothWays() throws IOException {
    try (Socket client = connect()) {
      assertThat(answerTo(client, 'a')).isEqualTo('a');
    }
  }

  @Test
  void whatStallsComesLaterAndTheConnectionStays() throws IOException {
    try (Socket client = connect()) {
      assertThat(answerTo(client, 'a')).isEqualTo('a');
      link.stall();
      client.setSoTimeout(SHORT_MILLIS);
      client.getOutputStream().write('b');
      assertThatThrownBy(client.getInputStream()::read).isInstanceOf(SocketTimeoutException.class);

      link.restore();

      client.setSoTimeout(LONG_MILLIS);
      assertThat(client.getInputStream().read()).isEqualTo('b');
    }
  }

  @Test
  void whatIsCutIsGoneAndTheNextConnectionIsWell() throws IOException {
    try (Socket client = connect();
        Socket next = connect()) {
      assertThat(answerTo(client, 'a')).isEqualTo('a');
      link.cut();

      assertThatThrownBy(() -> answerTo(client, 'b')).isInstanceOf(SocketException.class);
      try (Socket after = connect()) {
        assertThat(answerTo(after, 'c')).isEqualTo('c');
      }
    }
  }

  @Test
  void whoConnectsWhileItRefusesIsClosed() throws IOException {
    link.refuse();
    try (Socket client = connect()) {
      assertThatThrownBy(
              () -> {
                if (client.getInputStream().read() < 0) {
                  throw new SocketException("closed");
                }
              })
          .isInstanceOf(SocketException.class);
    }
    link.restore();
    try (Socket client = connect()) {
      assertThat(answerTo(client, 'a')).isEqualTo('a');
    }
  }

  @Test
  void whoEndsHisSideHearsTheRestAndThenTheEnd() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write('a');
      client.shutdownOutput();

      assertThat(client.getInputStream().readAllBytes()).containsExactly('a');
    }
  }

  @Test
  void targetsThatDoNotAcceptAreLeftOut() throws IOException {
    Echo gone = new Echo();
    gone.close();
    try (TcpLink spread = TcpLink.to(List.of(gone.port(), echo.port()))) {
      for (int i = 0; i < 4; i++) {
        try (Socket client = new Socket(InetAddress.getLoopbackAddress(), spread.port())) {
          client.setSoTimeout(LONG_MILLIS);
          assertThat(answerTo(client, 'a')).isEqualTo('a');
        }
      }
    }
  }

  private Socket connect() throws IOException {
    Socket client = new Socket(InetAddress.getLoopbackAddress(), link.port());
    client.setSoTimeout(LONG_MILLIS);
    return client;
  }

  private static int answerTo(Socket client, char question) throws IOException {
    client.getOutputStream().write(question);
    int answer = client.getInputStream().read();
    if (answer < 0) {
      throw new SocketException("closed");
    }
    return answer;
  }

  /** Answers each byte with itself. */
  private static final class Echo implements AutoCloseable {
    private final ServerSocket door;

    Echo() {
      try {
        door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      Thread.ofVirtual().start(this::accept);
    }

    int port() {
      return door.getLocalPort();
    }

    private void accept() {
      while (!door.isClosed()) {
        try {
          Socket client = door.accept();
          Thread.ofVirtual().start(() -> answer(client));
        } catch (IOException e) {
          return;
        }
      }
    }

    private static void answer(Socket client) {
      try (client) {
        client.getInputStream().transferTo(client.getOutputStream());
      } catch (IOException e) {
        // The link broke it off, as it should.
        return;
      }
    }

    @Override
    public void close() {
      try {
        door.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
