package im.hongyan.amqp;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.hongyan.local.LocalRabbit;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Streams on the RabbitMQ that is installed on this machine; skipped where there is none. */
class StreamOnLocalRabbitIT extends StreamContract {
  @TempDir private static Path folder;
  private static LocalRabbit rabbit;

  @BeforeAll
  static void startRabbit() throws IOException {
    assumeTrue(LocalRabbit.isInstalled(), "rabbitmq-server is not installed");
    List<Integer> ports = freePorts(5);
    rabbit =
        LocalRabbit.start(
            new LocalRabbit.Options(
                folder,
                new LocalRabbit.Ports(
                    ports.get(0), ports.get(1), ports.get(2), ports.get(3), ports.get(4)),
                "secret",
                Optional.empty()));
    uri = rabbit.uri();
  }

  @AfterAll
  static void stopRabbit() {
    if (rabbit != null) {
      rabbit.close();
    }
  }

  private static List<Integer> freePorts(int count) throws IOException {
    List<ServerSocket> sockets = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(new ServerSocket(0));
      }
      return sockets.stream().map(ServerSocket::getLocalPort).toList();
    } finally {
      for (ServerSocket socket : sockets) {
        socket.close();
      }
    }
  }
}
