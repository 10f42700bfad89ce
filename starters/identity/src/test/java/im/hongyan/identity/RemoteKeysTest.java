package im.hongyan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpServer;
import im.hongyan.testsupport.MutableClock;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RemoteKeysTest {
  private final MutableClock clock = MutableClock.atNewYear();
  private final AtomicInteger fetches = new AtomicInteger();
  private volatile List<JWK> published = List.of(key("k1"), key("k2"));
  private volatile int status = 200;
  private HttpServer server;
  private RemoteKeys keys;

  @BeforeEach
  void publish() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/jwks",
        exchange -> {
          fetches.incrementAndGet();
          byte[] set = new JWKSet(published).toString().getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, set.length);
          exchange.getResponseBody().write(set);
          exchange.close();
        });
    server.start();
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/jwks");
    keys = new RemoteKeys(url, new ServiceSecret(null), clock);
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @Test
  void aKeyThatWasTakenBackIsNotTrustedForLong() {
    assertThat(keys.find("k1")).isPresent();
    published = List.of(key("k2"));
    clock.advance(RemoteKeys.MAX_AGE.minusSeconds(1));
    assertThat(keys.find("k1")).isPresent();
    assertThat(fetches).hasValue(1);

    clock.advance(Duration.ofSeconds(1));

    assertThat(keys.find("k1")).isEmpty();
    assertThat(keys.find("k2")).isPresent();
    assertThat(fetches).hasValue(2);
  }

  @Test
  void knownKeysServeOnWhileTheServerIsDownAndItIsNotAskedForEachToken() {
    assertThat(keys.find("k1")).isPresent();
    status = 503;
    clock.advance(RemoteKeys.MAX_AGE);

    for (int i = 0; i < 10; i++) {
      assertThat(keys.find("k1")).isPresent();
    }
    assertThat(fetches).hasValue(2);

    published = List.of(key("k2"));
    status = 200;
    clock.advance(RemoteKeys.MIN_PAUSE);
    assertThat(keys.find("k1")).isEmpty();
  }

  private static ECKey key(String id) {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID(id).generate().toPublicJWK();
    } catch (com.nimbusds.jose.JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
