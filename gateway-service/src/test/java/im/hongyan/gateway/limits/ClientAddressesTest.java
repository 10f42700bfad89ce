package im.hongyan.gateway.limits;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.http.server.reactive.MockServerHttpRequest;

class ClientAddressesTest {
  private final ClientAddresses addresses =
      new ClientAddresses("10\\.0\\.0\\.\\d+|0:0:0:0:0:0:0:1");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "203.0.113.7 | | 203.0.113.7",
        "203.0.113.7 | 198.51.100.1 | 203.0.113.7",
        "10.0.0.1 | | 10.0.0.1",
        "10.0.0.1 | 198.51.100.1 | 198.51.100.1",
        "::1 | 198.51.100.1 | 198.51.100.1",
        "10.0.0.1 | forged, 198.51.100.1 | 198.51.100.1",
        "10.0.0.1 | forged, 198.51.100.1, 10.0.0.2 | 198.51.100.1",
        "10.0.0.1 | 10.0.0.3,10.0.0.2 | 10.0.0.3",
        "10.0.0.1 | 198.51.100.1, | 10.0.0.1",
      })
  void onlyTrustedProxiesAreBelieved(String peer, String forwarded, String expected)
      throws Exception {
    MockServerHttpRequest.BaseBuilder<?> request =
        MockServerHttpRequest.get("/")
            .remoteAddress(new InetSocketAddress(InetAddress.getByName(peer), 4711));
    if (forwarded != null) {
      request.header("X-Forwarded-For", forwarded);
    }

    assertThat(addresses.of(request.build())).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"10.0.0.1"})
  void severalHeadersAreOneList(String peer) throws Exception {
    MockServerHttpRequest request =
        MockServerHttpRequest.get("/")
            .remoteAddress(new InetSocketAddress(InetAddress.getByName(peer), 4711))
            .header("X-Forwarded-For", "forged", "198.51.100.1, 10.0.0.2")
            .build();

    assertThat(addresses.of(request)).isEqualTo("198.51.100.1");
    assertThat(new ClientAddresses("").of(request)).isEqualTo(peer);
  }
}
