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
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThatThrownBy(
              () ->
                  ports.take(InetAddress.getLoopbackAddress(), busy.getLocalPort(), "--mqtt-port"))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("port " + busy.getLocalPort() + " cannot be had")
          .hasMessageContaining("in use")
          .hasMessageContaining("--mqtt-port");
    }
  }

  @Test
  void aBusyPortThatIsOnlyPreferredGivesWayToAnother() throws IOException {
    try (ServerSocket busy = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertThat(ports.prefer(busy.getLocalPort())).isNotEqualTo(busy.getLocalPort());
    }
    int free = new Ports(new Random()).free();
    assertThat(ports.prefer(free)).isEqualTo(free);
  }
}
