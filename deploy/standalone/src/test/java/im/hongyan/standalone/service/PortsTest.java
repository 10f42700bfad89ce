package im.hongyan.standalone.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {
  private final Ports ports = new Ports(new Random());

  @Test
  void noPortIsGivenTwice() {
    assertThat(IntStream.range(0, 50).map(i -> ports.free()).boxed()).doesNotHaveDuplicates();
  }

  @Test
  void aBusyPortIsToldWithTheOptionThatChangesIt() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      assertThatThrownBy(() -> ports.take("127.0.0.1", busy.getLocalPort(), "--mqtt-port"))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining(busy.getLocalPort() + " is in use")
          .hasMessageContaining("--mqtt-port");
    }
  }
}
