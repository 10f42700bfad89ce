package im.hongyan.auth.usersystem.introspection;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import im.hongyan.auth.usersystem.Owner;
import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.auth.usersystem.UserSystemProperties;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class IntrospectingUserSystemTest {
  private HttpServer server;
  private volatile int status = 200;
  private volatile String answer =
      "{\"active\":true,\"sub\":\"alice\",\"username\":\"Alice\",\"exp\":1790000000}";
  private volatile String asked = "";
  private volatile String credentials = "";

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
    credentials = String.valueOf(exchange.getRequestHeaders().getFirst("Authorization"));
    asked =
        "%s %s %s %s"
            .formatted(
                exchange.getRequestMethod(),
                exchange.getRequestURI(),
                exchange.getRequestHeaders().getFirst("Content-Type"),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
    byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Test
  void asksAsTheStandardSaysAndTakesTheTokensEndFromTheAnswer() {
    assertThat(system(Map.of()).ownerOf("a+b&c=d"))
        .isEqualTo(new Owner(new UserId("alice"), null, Instant.ofEpochSecond(1790000000)));
    assertThat(asked)
        .isEqualTo(
            "POST /introspect application/x-www-form-urlencoded"
                + " token=a%2Bb%26c%3Dd&token_type_hint=access_token");
    assertThat(credentials).isEqualTo("null");
  }

  @Test
  void showsItsOwnCredentialsFormEncoded() {
    system(Map.of("client-id", "chat", "client-secret", "s:ü")).ownerOf("t");

    assertThat(credentials)
        .isEqualTo(
            "Basic "
                + Base64.getEncoder()
                    .encodeToString("chat:s%3A%C3%BC".getBytes(StandardCharsets.US_ASCII)));
  }

  @Test
  void theConfiguredClaimNamesTheUser() {
    assertThat(system(Map.of("user-claim", "username")).ownerOf("t").user())
        .isEqualTo(new UserId("Alice"));
    answer = "{\"active\":true,\"sub\":4711}";
    assertThat(system(Map.of()).ownerOf("t")).isEqualTo(Owner.of(new UserId("4711")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"active\":false}",
        "{\"active\":false,\"sub\":\"alice\"}",
        "{\"active\":true}",
        "{\"active\":true,\"sub\":{}}",
        "{\"active\":true,\"sub\":\"a/b\"}"
      })
  void aTokenThatIsNotActiveOrNamesNobodyIsRefused(String given) {
    answer = given;

    assertThat(failure()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 413, 414, 422})
  void aFormThatTheServerDoesNotTakeIsARefusal(int given) {
    status = given;

    assertThat(failure()).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @ParameterizedTest
  @ValueSource(ints = {302, 401, 403, 404, 408, 429, 500, 503})
  void everyOtherStatusIsNoJudgementOfTheToken(int given) {
    status = given;

    assertThat(failure()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "not json", "[]", "{}", "{\"active\":\"yes\"}"})
  void anAnswerThatMakesNoSenseIsNone(String given) {
    answer = given;

    assertThat(failure()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void nobodyThereIsUnavailable() {
    server.stop(0);

    assertThat(failure()).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void theSecretIsNotPrinted() {
    assertThat(properties(Map.of("client-id", "chat", "client-secret", "s3cret")).toString())
        .contains("chat")
        .doesNotContain("s3cret");
  }

  private ErrorCode failure() {
    return catchThrowableOfType(HongyanException.class, () -> system(Map.of()).ownerOf("t")).code();
  }

  private UserSystem system(Map<String, String> introspection) {
    return new IntrospectingUserSystem(properties(introspection));
  }

  /** As they are configured, so that names and defaults are seen to be what the docs say. */
  private UserSystemProperties properties(Map<String, String> introspection) {
    MapConfigurationPropertySource source = new MapConfigurationPropertySource();
    source.put("hongyan.user-system.type", "introspection");
    source.put(
        "hongyan.user-system.url",
        "http://127.0.0.1:" + server.getAddress().getPort() + "/introspect");
    introspection.forEach(
        (key, value) -> source.put("hongyan.user-system.introspection." + key, value));
    return new Binder(source).bindOrCreate("hongyan.user-system", UserSystemProperties.class);
  }
}
