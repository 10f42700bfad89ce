package im.hongyan.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/** The gateway in front of services that only remember what they were asked. */
class GatewayIT {
  private static FakeServices services;
  private static ConfigurableApplicationContext gateway;
  private static HttpClient http;
  private static String address;

  @BeforeAll
  static void start() {
    services = new FakeServices();
    gateway =
        new SpringApplicationBuilder(GatewayApplication.class)
            .properties("spring.config.name=gateway-service")
            .run(
                "--server.port=0",
                "--server.address=127.0.0.1",
                "--management.server.port=0",
                "--hongyan.gateway.upstreams.auth-bridge=" + services.url("auth"),
                "--hongyan.gateway.upstreams.session=" + services.url("session"),
                "--hongyan.gateway.upstreams.ingest=" + services.url("ingest"),
                "--hongyan.gateway.upstreams.push=" + services.url("push"),
                "--hongyan.gateway.readiness.services.moderation="
                    + services.url("moderation")
                    + "/actuator/health/readiness",
                "--hongyan.gateway.readiness.keep=50ms",
                "--hongyan.gateway.limits.user-rate=10",
                "--hongyan.gateway.limits.user-burst=40",
                "--hongyan.gateway.limits.address-rate=1",
                "--hongyan.gateway.limits.address-burst=250",
                "--hongyan.gateway.login.keep-refused=300ms");
    address = "http://127.0.0.1:" + gateway.getEnvironment().getProperty("local.server.port");
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    gateway.close();
    services.close();
  }

  @AfterEach
  void forget() {
    services.seen.clear();
    services.userSystemUp = true;
    services.pushReady = true;
    services.ingestUp = true;
  }

  @ParameterizedTest
  @CsvSource({
    "POST, /api/v1/commands, ingest",
    "POST, /api/v1/sessions/s1/messages, ingest",
    "GET, /api/v1/sessions/s1/messages?before=9&limit=2, push",
    "PATCH, /api/v1/sessions/s1/messages/m1, ingest",
    "DELETE, /api/v1/sessions/s1/messages/m1, ingest",
    "PUT, /api/v1/sessions/s1/messages/m1/reactions/%2B1, ingest",
    "DELETE, /api/v1/sessions/s1/messages/m1/reactions/%2B1, ingest",
    "PUT, /api/v1/sessions/s1/read, ingest",
    "GET, /api/v1/sessions/s1/reads, push",
    "GET, /api/v1/sync?after=1-0, push",
    "GET, /api/v1/events/poll?limit=3, push",
    "POST, /api/v1/sessions, session",
    "GET, /api/v1/sessions/s1, session",
    "DELETE, /api/v1/sessions/s1/members/bob, session"
  })
  void aRequestReachesItsServiceWithTheInternalToken(String method, String path, String service)
      throws Exception {
    HttpResponse<String> answer = send(request(path, "external-alice").method(method, body("{}")));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(services.seen).hasSize(1);
    FakeServices.Seen seen = services.seen.getFirst();
    assertThat(seen.service()).isEqualTo(service);
    assertThat(seen.method()).isEqualTo(method);
    assertThat(seen.authorization()).isEqualTo("Bearer internal-alice");
  }

  @Test
  void aBodyIsJsonWhateverTheClientCallsIt() throws Exception {
    send(
        request("/api/v1/commands", "external-alice")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(body("{}")));

    assertThat(services.seen.getFirst().contentType()).isEqualTo("application/json");
  }

  @Test
  void whatServicesSayToEachOtherCannotBeSaidFromOutside() throws Exception {
    send(
        request("/api/v1/commands", "external-alice")
            .header("X-Hongyan-Sender", "bob")
            .header("X-Hongyan-Service", "among-us")
            .header("X-Hongyan-Transport", "mqtt")
            .header("x-hongyan-client", "bob:phone")
            .POST(body("{}")));

    assertThat(services.seen.getFirst().inner()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/internal/v1/tokens",
        "/internal/../internal/v1/tokens",
        "/actuator/health",
        "/actuator/prometheus",
        "/",
        "/api/v1",
        "/api/v2/commands"
      })
  void whatIsNotInTheTableDoesNotExist(String path) throws Exception {
    HttpResponse<String> answer = send(request(path, "external-alice").POST(body("{}")));

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.headers().firstValue("Content-Type")).hasValue("application/problem+json");
    assertThat(answer.body()).contains("\"errcode\":5");
    assertThat(services.seen).isEmpty();
  }

  @Test
  void noTokenAndARefusedTokenAreUnauthenticated() throws Exception {
    HttpResponse<String> without =
        send(HttpRequest.newBuilder(URI.create(address + "/api/v1/commands")).POST(body("{}")));
    HttpResponse<String> refused = send(request("/api/v1/commands", "wrong").POST(body("{}")));

    assertThat(List.of(without.statusCode(), refused.statusCode())).containsOnly(401);
    assertThat(without.body()).contains("\"errcode\":3");
    assertThat(refused.body()).contains("\"errcode\":3").contains("token: unknown");
    assertThat(services.seen).isEmpty();
  }

  @Test
  void whateverIsRefusedOnTheWayToACommandIsAReply() throws Exception {
    HttpResponse<String> without =
        send(HttpRequest.newBuilder(URI.create(address + "/api/v1/commands")).POST(body("{}")));
    HttpResponse<String> refused = send(request("/api/v1/commands", "wrong").POST(body("{}")));
    HttpResponse<String> large =
        send(
            request("/api/v1/commands", "external-alice")
                .POST(BodyPublishers.ofByteArray(new byte[300 * 1024])));
    HttpResponse<String> elsewhere = send(request("/api/v1/sessions", "wrong").GET());

    assertThat(without.statusCode()).isEqualTo(401);
    assertThat(without.headers().firstValue("Content-Type")).hasValue("application/json");
    assertThat(without.headers().firstValue("WWW-Authenticate")).hasValue("Bearer");
    assertThat(without.body())
        .isEqualTo(
            "{\"type\":\"error_reply\",\"errcode\":3,"
                + "\"errmsg\":\"Authorization: none (expected: Bearer TOKEN)\"}");
    assertThat(refused.body()).startsWith("{\"type\":\"error_reply\",\"errcode\":3,");
    assertThat(large.statusCode()).isEqualTo(400);
    assertThat(large.body()).startsWith("{\"type\":\"error_reply\",\"errcode\":2,");
    assertThat(elsewhere.headers().firstValue("Content-Type")).hasValue("application/problem+json");
  }

  @Test
  void aBackEndThatIsDownIsAReplyToo() throws Exception {
    services.ingestUp = false;

    HttpResponse<String> down =
        send(request("/api/v1/commands", "external-alice").POST(body("{}")));

    assertThat(down.statusCode()).isEqualTo(503);
    assertThat(down.body())
        .startsWith("{\"type\":\"error_reply\",\"userId\":\"alice\",\"errcode\":10,");
  }

  @Test
  void loginsAreCountedByTheAddressBehindATrustedProxy() throws Exception {
    HttpResponse<String> last = null;
    for (int i = 0; i < 1000 && (last == null || last.statusCode() == 401); i++) {
      last = send(loginFrom("203.0.113.7", "guess" + i));
    }

    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.body()).contains("logins from this address");
    assertThat(send(loginFrom("203.0.113.8", "guess")).statusCode()).isEqualTo(401);
  }

  private static HttpRequest.Builder loginFrom(String address, String token) {
    return request("/api/v1/commands", token).header("X-Forwarded-For", address).POST(body("{}"));
  }

  @Test
  void aTokenIsExchangedOnceAndARefusalIsForgottenSoon() throws Exception {
    int before = services.exchanges.get();
    List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      answers.add(
          http.sendAsync(
              request("/api/v1/commands", "external-carol").POST(body("{}")).build(),
              BodyHandlers.ofString()));
    }
    answers.forEach(CompletableFuture::join);
    assertThat(services.exchanges.get() - before).isEqualTo(1);

    send(request("/api/v1/commands", "bad").POST(body("{}")));
    send(request("/api/v1/commands", "bad").POST(body("{}")));
    assertThat(services.exchanges.get() - before).isEqualTo(2);
    await()
        .atMost(Duration.ofSeconds(5))
        .untilAsserted(
            () -> {
              send(request("/api/v1/commands", "bad").POST(body("{}")));
              assertThat(services.exchanges.get() - before).isGreaterThan(2);
            });
  }

  @Test
  void aUserSystemThatIsDownIsUnavailableAndAskedAgain() throws Exception {
    services.userSystemUp = false;
    HttpResponse<String> down = send(request("/api/v1/commands", "external-dave").POST(body("{}")));
    services.userSystemUp = true;
    HttpResponse<String> up = send(request("/api/v1/commands", "external-dave").POST(body("{}")));

    assertThat(down.statusCode()).isEqualTo(503);
    assertThat(down.body()).contains("\"errcode\":10");
    assertThat(up.statusCode()).isEqualTo(200);
  }

  @Test
  void aClientGetsAnInternalTokenForHisOwn() throws Exception {
    HttpResponse<String> answer =
        send(request("/api/v1/tokens", "external-erin").POST(BodyPublishers.noBody()));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.body()).contains("\"userId\":\"erin\"", "\"token\":\"internal-erin\"");
  }

  @Test
  void tooManyRequestsOfOneUserAreRefusedAndDoNotHinderAnother() throws Exception {
    HttpResponse<String> last = null;
    for (int i = 0; i < 1000 && (last == null || last.statusCode() == 200); i++) {
      last = send(request("/api/v1/commands", "external-flood").POST(body("{}")));
    }
    HttpResponse<String> other = send(request("/api/v1/commands", "external-gina").POST(body("")));

    assertThat(last.statusCode()).isEqualTo(429);
    assertThat(last.body())
        .startsWith("{\"type\":\"error_reply\",\"userId\":\"flood\",\"errcode\":7,")
        .contains("\"retryAfterMs\":");
    assertThat(last.headers().firstValue("Retry-After")).hasValue("1");
    assertThat(other.statusCode()).isEqualTo(200);
  }

  @Test
  void aBodyAboveTheLimitIsABadRequestWhetherAnnouncedOrNot() throws Exception {
    byte[] large = new byte[300 * 1024];
    HttpResponse<String> announced =
        send(request("/api/v1/commands", "external-alice").POST(BodyPublishers.ofByteArray(large)));
    HttpResponse<String> chunked =
        send(
            request("/api/v1/commands", "external-alice")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(large))));
    HttpResponse<String> allowed =
        send(
            request("/api/v1/commands", "external-alice")
                .POST(
                    BodyPublishers.ofInputStream(
                        () -> new ByteArrayInputStream(new byte[256 * 1024]))));

    assertThat(List.of(announced.statusCode(), chunked.statusCode())).containsOnly(400);
    assertThat(announced.body()).contains("\"errcode\":2", "body:");
    assertThat(chunked.body()).contains("\"errcode\":2", "body:");
    assertThat(allowed.statusCode()).isEqualTo(200);
  }

  @Test
  void healthIsUpOnlyWhenEveryServiceIsReadyAndNamesWhoIsNot() throws Exception {
    HttpRequest.Builder health = HttpRequest.newBuilder(URI.create(address + "/health"));
    await()
        .untilAsserted(
            () -> {
              HttpResponse<String> answer = send(health);
              assertThat(answer.statusCode()).isEqualTo(200);
              assertThat(answer.body()).isEqualTo("{\"status\":\"UP\"}");
            });

    services.pushReady = false;

    await()
        .untilAsserted(
            () -> {
              HttpResponse<String> answer = send(health);
              assertThat(answer.statusCode()).isEqualTo(503);
              assertThat(answer.body()).contains("DOWN", "push").doesNotContain("ingest");
            });
  }

  @Test
  void aPageOfAnotherOriginMayAskBeforeItCalls() throws Exception {
    HttpResponse<String> answer =
        send(
            HttpRequest.newBuilder(URI.create(address + "/api/v1/commands"))
                .method("OPTIONS", BodyPublishers.noBody())
                .header("Origin", "https://app.example")
                .header("Access-Control-Request-Method", "POST")
                .header("Access-Control-Request-Headers", "authorization,content-type"));

    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(answer.headers().firstValue("Access-Control-Allow-Origin"))
        .hasValue("https://app.example");
  }

  private static HttpRequest.Builder request(String path, String token) {
    return HttpRequest.newBuilder(URI.create(address + path))
        .header("Authorization", "Bearer " + token)
        .header("Content-Type", "application/json");
  }

  private static HttpRequest.BodyPublisher body(String text) {
    return BodyPublishers.ofString(text);
  }

  private static HttpResponse<String> send(HttpRequest.Builder request)
      throws IOException, InterruptedException {
    return http.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
  }
}
