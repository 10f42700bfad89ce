package im.hongyan.identity;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

@SpringBootTest(
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.threads.virtual.enabled=true",
      "server.address=127.0.0.1",
      "spring.config.name=identity-test",
      "hongyan.identity.service-secret=among-us"
    })
class IdentityIT {
  private static final AtomicInteger fetches = new AtomicInteger();
  private static ECKey key;
  private static HttpServer keyServer;

  private final HttpClient http = HttpClient.newHttpClient();

  @LocalServerPort int port;

  @BeforeAll
  static void publishKeys() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    byte[] set = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    keyServer = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    keyServer.createContext(
        "/jwks",
        exchange -> {
          fetches.incrementAndGet();
          boolean ours =
              "among-us".equals(exchange.getRequestHeaders().getFirst("X-Hongyan-Service"));
          exchange.sendResponseHeaders(ours ? 200 : 401, set.length);
          exchange.getResponseBody().write(set);
          exchange.close();
        });
    keyServer.start();
  }

  @AfterAll
  static void stopKeys() {
    keyServer.stop(0);
  }

  @DynamicPropertySource
  static void keys(DynamicPropertyRegistry registry) {
    registry.add(
        "hongyan.identity.jwks-url",
        () -> "http://127.0.0.1:" + keyServer.getAddress().getPort() + "/jwks");
  }

  @Test
  void aValidTokenTellsTheCaller() throws Exception {
    assertThat(whoAmI("Bearer " + token(key, "hongyan", "alice", 60)).body()).isEqualTo("alice");
    assertThat(whoAmI("bearer " + token(key, "hongyan", "bob", 60)).body()).isEqualTo("bob");
    assertThat(fetches).hasValue(1);
  }

  @Test
  void whateverIsNoValidTokenIsUnauthenticated() throws Exception {
    ECKey foreign = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    assertRefused(null);
    assertRefused("Basic YTpi");
    assertRefused("Bearer ");
    assertRefused("Bearer not-a-jwt");
    assertRefused("Bearer " + token(foreign, "hongyan", "alice", 60));
    assertRefused("Bearer " + token(key, "somebody", "alice", 60));
    assertRefused("Bearer " + token(key, "hongyan", "alice", -1));
    assertRefused("Bearer " + token(key, "hongyan", "a/b", 60));
  }

  @Test
  void aTokenCannotChooseItsAlgorithm() throws Exception {
    SignedJWT forged =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("k1").build(),
            claims("hongyan", "alice", 60));
    forged.sign(new MACSigner(key.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8)));

    assertRefused("Bearer " + forged.serialize());
  }

  @Test
  void internalPathsAskForTheServiceSecret() throws Exception {
    assertThat(internal("/internal/x", null).statusCode()).isEqualTo(401);
    assertThat(internal("/internal/x", "guess").statusCode()).isEqualTo(401);
    assertThat(internal("/%69nternal/x", null).statusCode()).isEqualTo(401);
    assertThat(internal("/internal/x", "among-us").body()).isEqualTo("inside");
  }

  private void assertRefused(String authorization) throws Exception {
    HttpResponse<String> answer = whoAmI(authorization);
    assertThat(answer.statusCode()).isEqualTo(401);
    assertThat(answer.body()).contains("\"errcode\":3");
  }

  private HttpResponse<String> whoAmI(String authorization) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(at("/me"));
    if (authorization != null) {
      request.header("Authorization", authorization);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> internal(String path, String secret) throws Exception {
    HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
    if (secret != null) {
      request.header(ServiceSecret.HEADER, secret);
    }
    return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
  }

  private URI at(String path) {
    return URI.create("http://127.0.0.1:" + port + path);
  }

  private static String token(ECKey signer, String issuer, String subject, int seconds)
      throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(),
            claims(issuer, subject, seconds));
    jwt.sign(new ECDSASigner(signer));
    return jwt.serialize();
  }

  private static JWTClaimsSet claims(String issuer, String subject, int seconds) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .subject(subject)
        .expirationTime(Date.from(Instant.now().plusSeconds(seconds)))
        .build();
  }

  @RestController
  static class Endpoints {
    @GetMapping("/me")
    String me(Caller caller) {
      return caller.user().value();
    }

    @GetMapping("/internal/x")
    String internal() {
      return "inside";
    }
  }

  @Configuration
  @EnableAutoConfiguration
  @Import(Endpoints.class)
  static class App {}
}
