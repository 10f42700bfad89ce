package im.hongyan.auth.usersystem.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import im.hongyan.auth.usersystem.UserSystemProperties;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HttpUserSystemTest {
  private HttpServer server;
  private volatile int status = 200;
  private volatile String answer = "{\"userId\":\"alice\"}";
  private volatile String asked = "";

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::handle);
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void handle(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    asked =
        "%s %s %s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                body,
                exchange.getRequestHeaders().getFirst("Authorization"),
                exchange.getRequestHeaders().getFirst("X-Api-Key"));
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  @Test
  void asksAsTheCustomersDocumentationSays() {
    assertThat(system("POST", "userId").ownerOf("secret").user()).isEqualTo(new UserId("alice"));
    assertThat(asked).isEqualTo("POST /token/verify {\"token\":\"secret\"} null k1");
  }

  @Test
  void methodPathAndFieldsCanBeOthers() {
    answer = "{\"data\":{\"user\":{\"id\":4711}}}";

    assertThat(system("GET", "data.user.id").ownerOf("secret").user())
        .isEqualTo(new UserId("4711"));
    assertThat(asked).isEqualTo("GET /token/verify  Bearer secret k1");
  }

  @Test
  void refusalsAreUnauthenticated() {
    for (int refusal : new int[] {400, 401, 403, 404, 405, 410, 422}) {
      status = refusal;
      answer = "";
      assertThat(failure().code()).as("status %d", refusal).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
    status = 200;
    answer = "{\"error\":\"expired\"}";
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void failuresAndGarbageAreUnavailable() {
    status = 500;
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    status = 408;
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    status = 429;
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    status = 302;
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    status = 200;
    answer = "<html>login</html>";
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    answer = "[]";
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    answer = "";
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void nobodyThereIsUnavailable() {
    server.stop(0);

    assertThat(failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void aUserIdThatBreaksTheFormIsRefusedWithWhatIsExpected() {
    answer = "{\"userId\":\"a/b#\"}";

    assertThat(failure()).hasMessageContaining("\"a/b#\"").hasMessageContaining("expected");
    assertThat(failure().code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  private HongyanException failure() {
    return catchThrowableOfType(
        HongyanException.class, () -> system("POST", "userId").ownerOf("secret"));
  }

  private HttpUserSystem system(String method, String userField) {
    return new HttpUserSystem(
        new UserSystemProperties(
            UserSystemProperties.Type.HTTP,
            URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/"),
            Duration.ofSeconds(5),
            64,
            Duration.ofSeconds(60),
            Duration.ofSeconds(5),
            Duration.ofHours(12),
            1000,
            new UserSystemProperties.Circuit(20, 50, Duration.ofSeconds(5)),
            new UserSystemProperties.Http(
                method, "/token/verify", "token", userField, Map.of("X-Api-Key", "k1")),
            new UserSystemProperties.Jwt(null, null, "sub", Duration.ofSeconds(30)),
            new UserSystemProperties.Introspection(null, null, "sub")));
  }
}
