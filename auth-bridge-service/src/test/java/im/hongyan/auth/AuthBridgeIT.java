package im.hongyan.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigRenderOptions;
import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.Activity;
import im.hongyan.auth.client.AuthBridgeClient.CarriedToken;
import im.hongyan.auth.client.AuthBridgeClient.ExternalToken;
import im.hongyan.auth.client.AuthBridgeClient.PresenceQuery;
import im.hongyan.auth.client.AuthBridgeClient.Seen;
import im.hongyan.auth.client.AuthClientAutoConfiguration;
import im.hongyan.auth.connection.ReceiverEvents;
import im.hongyan.auth.connection.StatusNews;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.identity.FeignIdentityAutoConfiguration;
import im.hongyan.identity.IdentityAutoConfiguration;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.ConnectionEnd;
import im.hongyan.mqtt.hooks.Decision;
import im.hongyan.web.FeignErrorsAutoConfiguration;
import java.io.File;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.cloud.openfeign.FeignAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

@Import(AuthBridgeIT.WithoutAStream.class)
@SpringBootTest(
    classes = AuthBridgeApplication.class,
    webEnvironment = WebEnvironment.RANDOM_PORT,
    properties = {
      "spring.config.name=auth-bridge-service",
      "spring.rabbitmq.addresses=127.0.0.1:1",
      "hongyan.identity.service-secret=among-us",
      "management.endpoint.health.show-components=always"
    })
class AuthBridgeIT {
  private static EmbeddedMongo store;
  private static HttpServer userSystem;

  private final HttpClient http = HttpClient.newHttpClient();

  @LocalServerPort int port;
  @Autowired Told told;
  @Autowired BrokerHooks hooks;

  @DynamicPropertySource
  static void surroundings(DynamicPropertyRegistry registry) throws Exception {
    store = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    userSystem = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    userSystem.createContext(
        "/token/verify",
        exchange -> {
          String token =
              JsonMapper.shared()
                  .readTree(exchange.getRequestBody().readAllBytes())
                  .get("token")
                  .stringValue();
          boolean known = token.startsWith("demo-");
          byte[] answer =
              (known ? "{\"userId\":\"" + token.substring(5) + "\"}" : "{}")
                  .getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(known ? 200 : 401, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    userSystem.start();
    registry.add("spring.mongodb.uri", () -> store.connectionString() + "/hongyan");
    registry.add(
        "hongyan.user-system.url", () -> "http://127.0.0.1:" + userSystem.getAddress().getPort());
  }

  @AfterAll
  static void stop() {
    userSystem.stop(0);
    store.close();
  }

  @Test
  void aDevicesLifeFromConnectedToLogout() throws Exception {
    String device = "\"device\":{\"id\":\"phone\",\"type\":\"ios\"}";
    HttpResponse<String> connected =
        command("alice", "{\"type\":\"connected\"," + device + ",\"token\":\"demo-alice\"}");
    assertThat(connected.statusCode()).isEqualTo(200);
    assertThat(json(connected).path("reply").isObject()).isFalse();
    assertThat(told.events)
        .anySatisfy(
            event ->
                assertThat(event)
                    .isInstanceOfSatisfying(
                        ReceiverEvent.Connected.class,
                        one -> assertThat(one.receiver()).isEqualTo(new UserId("alice"))));

    assertThat(reply(command("alice", "{\"type\":\"heatbeat\",\"requestId\":\"r1\"}")))
        .isEqualTo("heatbeat_reply 0 r1");
    assertThat(reply(command("alice", "{\"type\":\"heartbeat\"}"))).startsWith("heatbeat_reply 0");
    assertThat(
            json(post(
                    "/internal/v1/heartbeats",
                    "{\"beats\":[{\"user\":\"alice\"},{\"user\":\"nobody\"}]}"))
                .path("replies"))
        .extracting(one -> one.path("userId").stringValue() + one.path("errcode").intValue())
        .containsExactly("alice0", "nobody6");
    assertThat(reply(command("alice", "{\"type\":\"status\",\"status\":\"busy\"}")))
        .startsWith("status_reply 0");
    assertThat(online("alice", "nobody")).isEqualTo("[\"alice\"]");
    assertThat(reply(command("alice", "{\"type\":\"logout\"}"))).startsWith("logout_reply 0");
    assertThat(online("alice")).isEqualTo("[]");
    assertThat(told.events).contains(new ReceiverEvent.Disconnected(new UserId("alice")));
  }

  @Test
  void whatIsWrongWithAMessageIsToldInItsReply() throws Exception {
    assertThat(reply(command("bob", "{\"type\":\"connected\"}"))).startsWith("connected_reply 2");
    assertThat(
            reply(
                command(
                    "bob",
                    "{\"type\":\"connected\",\"device\":{\"id\":\"d\"},\"token\":\"wrong\"}")))
        .startsWith("connected_reply 3");
    assertThat(reply(command("bob", "{\"type\":\"auth\"}"))).startsWith("auth_reply 3");
    assertThat(reply(command("bob", "{\"type\":\"auth\",\"user\":\"alice\",\"token\":\"x\"}")))
        .startsWith("auth_reply 4");
    assertThat(reply(command("bob", "{\"type\":\"msg_editing\",\"session\":\"s\"}")))
        .startsWith("msg_editing_reply 2");
    assertThat(reply(command("bob", "not json"))).startsWith("error_reply 2");
  }

  @Test
  void anExternalTokenBecomesAnInternalOneWhichIsATokenTo() throws Exception {
    HttpResponse<String> answer = post("/internal/v1/tokens", "{\"token\":\"demo-carol\"}");
    assertThat(answer.statusCode()).isEqualTo(200);
    String internal = json(answer).get("token").stringValue();
    assertThat(json(answer).get("userId").stringValue()).isEqualTo("carol");
    assertThat(json(answer).get("expiresAt").longValue()).isPositive();

    // It is given back as it is: showing it does not make it live longer.
    assertThat(post("/internal/v1/tokens", "{\"token\":\"" + internal + "\"}").body())
        .isEqualTo(answer.body());
    assertThat(
            post("/internal/v1/tokens", "{\"token\":\"" + internal + "\",\"userId\":\"dave\"}")
                .statusCode())
        .isEqualTo(401);
    assertThat(post("/internal/v1/tokens", "{\"token\":\"wrong\"}").statusCode()).isEqualTo(401);
    assertThat(post("/internal/v1/tokens", "{}").statusCode()).isEqualTo(401);
    assertThat(post("/internal/v1/tokens", "{\"token\":\"demo-a/b\"}").body())
        .contains("names \\\"a/b\\\" (expected:");
    assertThat(get("/internal/v1/jwks").body())
        .contains("\"crv\":\"P-256\"")
        .doesNotContain("\"d\"");
  }

  @Test
  void activityIsTakenAndItsSizeIsLimited() throws Exception {
    assertThat(
            post("/internal/v1/activity", "{\"seen\":[{\"user\":\"alice\",\"at\":1}]}")
                .statusCode())
        .isEqualTo(200);
    assertThat(post("/internal/v1/presence", "{}").statusCode()).isEqualTo(400);
  }

  @Test
  void emqxAsksInItsOwnWords() throws Exception {
    assertThat(
            post(
                    "/broker/emqx/authentication",
                    "{\"clientid\":\"alice:a\",\"username\":\"alice\",\"password\":\"demo-alice\"}")
                .body())
        .isEqualTo("{\"result\":\"allow\",\"is_superuser\":false}");
    assertThat(
            post(
                    "/broker/emqx/authentication",
                    "{\"clientid\":\"bob:a\",\"username\":\"alice\",\"password\":\"demo-alice\"}")
                .body())
        .isEqualTo("{\"result\":\"deny\"}");
    assertThat(
            post(
                    "/broker/emqx/authentication",
                    "{\"username\":\"alice\",\"password\":\"demo-alice\"}")
                .body())
        .isEqualTo("{\"result\":\"deny\"}");
    assertThat(emqxMay("publish", "/root/server/alice")).contains("allow");
    assertThat(emqxMay("publish", "/root/client/alice")).contains("deny");
    assertThat(emqxMay("subscribe", "/root/client/alice")).contains("allow");
    assertThat(emqxMay("subscribe", "/root/client/#")).contains("deny");
  }

  /**
   * Asks as {@code deploy/emqx/hongyan.hocon} tells EMQX to; it ignores what is no 200 with JSON.
   */
  @Test
  void emqxAsksAsItsConfigurationTells() throws Exception {
    Config emqx = ConfigFactory.parseFile(new File("../deploy/emqx/hongyan.hocon"));
    Config login = emqx.getConfigList("authentication").getFirst();
    Config topics = emqx.getConfigList("authorization.sources").getFirst();

    assertThat(asEmqx(login, emqxLogin("alice:a", "alice", "demo-alice")))
        .isEqualTo("200 application/json {\"result\":\"allow\",\"is_superuser\":false}");
    assertThat(asEmqx(login, emqxLogin("alice:a", "alice", "wrong")))
        .isEqualTo("200 application/json {\"result\":\"deny\"}");
    assertThat(asEmqx(login, emqxLogin("hongyan-push", "service:push", "among-us")))
        .isEqualTo("200 application/json {\"result\":\"allow\",\"is_superuser\":true}");
    assertThat(
            asEmqx(
                topics,
                Map.of("username", "alice", "action", "subscribe", "topic", "/root/client/alice")))
        .isEqualTo("200 application/json {\"result\":\"allow\"}");
    assertThat(
            asEmqx(
                topics,
                Map.of(
                    "username",
                    "alice",
                    "action",
                    "publish",
                    "topic",
                    "$delayed/1//root/client/bob")))
        .isEqualTo("200 application/json {\"result\":\"deny\"}");
  }

  private static Map<String, String> emqxLogin(String client, String user, String password) {
    return Map.of(
        "clientid", client, "username", user, "password", password, "peerhost", "192.0.2.1");
  }

  /** What it asks is what its placeholders stand for. */
  private String asEmqx(Config question, Map<String, String> values) throws Exception {
    assertThat(question.getString("method")).isEqualTo("post");
    String body = question.getConfig("body").root().render(ConfigRenderOptions.concise());
    for (Map.Entry<String, String> value : values.entrySet()) {
      body = body.replace("${" + value.getKey() + "}", value.getValue());
    }
    assertThat(body).doesNotContain("${");
    URI url =
        URI.create(question.getString("url").replace("auth-bridge:8081", "127.0.0.1:" + port));
    HttpRequest.Builder request =
        HttpRequest.newBuilder(url).POST(HttpRequest.BodyPublishers.ofString(body));
    question
        .getObject("headers")
        .forEach(
            (name, value) ->
                request.header(name, value.unwrapped().toString().replace("SECRET", "among-us")));
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    return "%d %s %s"
        .formatted(
            answer.statusCode(),
            answer.headers().firstValue("content-type").orElse("-"),
            answer.body());
  }

  /** So that nobody comes in who was not judged, and a connection's messages keep their order. */
  @Test
  void emqxIsToldToAskNobodyElseAndToKeepTheOrder() {
    Config emqx = ConfigFactory.parseFile(new File("../deploy/emqx/hongyan.hocon"));

    assertThat(emqx.getConfigList("authentication")).hasSize(1);
    assertThat(emqx.getConfigList("authorization.sources")).hasSize(1);
    assertThat(emqx.getString("authorization.no_match")).isEqualTo("deny");
    assertThat(emqx.getString("mqtt.shared_subscription_strategy")).isEqualTo("hash_clientid");
  }

  @Test
  void whoDoesNotKnowTheSecretMayNotAskWhatTheBrokerAsks() throws Exception {
    String form = "username=alice&password=demo-alice&client_id=alice%3Aa";
    String wrong = Base64.getEncoder().encodeToString("broker:guess".getBytes(UTF_8));
    String right = Base64.getEncoder().encodeToString("broker:among-us".getBytes(UTF_8));

    assertThat(asBroker("Nothing", "x", form).statusCode()).isEqualTo(401);
    assertThat(asBroker("X-Hongyan-Service", "guess", form).statusCode()).isEqualTo(401);
    assertThat(asBroker("Authorization", "Basic " + wrong, form).statusCode()).isEqualTo(401);
    assertThat(asBroker("Authorization", "Basic !", form).statusCode()).isEqualTo(401);
    assertThat(asBroker("X-Hongyan-Service", "among-us", form).body()).isEqualTo("allow");
    assertThat(asBroker("Authorization", "Basic " + right, form).body()).isEqualTo("allow");
  }

  private HttpResponse<String> asBroker(String header, String value, String form) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/broker/rabbitmq/user"))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header(header, value)
            .POST(HttpRequest.BodyPublishers.ofString(form))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void aTokenWithALineBreakIsRefusedBeforeAnybodyIsAsked() throws Exception {
    assertThat(post("/internal/v1/tokens", "{\"token\":\"demo-a\\r\\nx\"}").body())
        .contains("\"errcode\":3", "control characters");
  }

  @Test
  void rabbitAsksInItsOwnWords() throws Exception {
    assertThat(rabbit("user", "username=alice&password=demo-alice&client_id=alice%3Aa"))
        .isEqualTo("allow");
    assertThat(rabbit("user", "username=alice&password=wrong")).isEqualTo("deny");
    assertThat(rabbit("user", "username=alice&password=demo-alice")).as("AMQP").isEqualTo("deny");
    assertThat(rabbit("user", "username=alice&password=demo-alice&client_id=")).isEqualTo("deny");
    assertThat(rabbit("user", "username=alice&password=demo-alice&client_id=x")).isEqualTo("deny");
    assertThat(rabbit("user", "username=service%3Apush&password=among-us")).isEqualTo("allow");
    assertThat(rabbit("vhost", "username=alice&vhost=%2F&ip=1.2.3.4")).isEqualTo("allow");
    String own = "username=alice&vhost=%2F&resource=queue&permission=configure&name=";
    assertThat(rabbit("resource", own + "mqtt-subscription-alice%3Aaqos1")).isEqualTo("allow");
    assertThat(rabbit("resource", own + "mqtt-subscription-bob%3Aaqos1")).isEqualTo("deny");
    assertThat(rabbit("resource", own + "im.received.0")).isEqualTo("deny");
    for (String services : List.of("subscription-hongyan-ingestqos1", "will-hongyan-ingest")) {
      assertThat(rabbit("resource", own + "mqtt-" + services)).as(services).isEqualTo("deny");
      assertThat(rabbit("resource", own.replace("configure", "read") + "mqtt-" + services))
          .as(services)
          .isEqualTo("deny");
    }
    String topic = "username=alice&vhost=%2F&resource=topic&name=amq.topic&permission=";
    assertThat(rabbit("topic", topic + "write&routing_key=.root.server.alice")).isEqualTo("allow");
    assertThat(rabbit("topic", topic + "write&routing_key=.root.client.alice")).isEqualTo("deny");
    assertThat(rabbit("topic", topic + "read&routing_key=.root.client.alice")).isEqualTo("allow");
    assertThat(rabbit("topic", topic + "read&routing_key=.root.client.%23")).isEqualTo("deny");
  }

  @Test
  void otherServicesAskThroughTheirClientAndGetItsErrorsBack() {
    try (ConfigurableApplicationContext context =
        new SpringApplicationBuilder(OtherService.class)
            .web(WebApplicationType.NONE)
            .run(
                "--spring.config.name=other",
                "--hongyan.mqtt.enabled=false",
                "--hongyan.identity.service-secret=among-us",
                "--hongyan.auth-client.url=http://127.0.0.1:" + port)) {
      AuthBridgeClient client = context.getBean(AuthBridgeClient.class);

      assertThat(client.exchange(new ExternalToken("demo-erin", null)).userId())
          .isEqualTo(new UserId("erin"));
      assertThat(
              catchThrowableOfType(
                      HongyanException.class,
                      () -> client.exchange(new ExternalToken("wrong", null)))
                  .code())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
      byte[] connected =
          "{\"type\":\"connected\",\"device\":{\"id\":\"d\"}}".getBytes(StandardCharsets.UTF_8);
      assertThat(client.command("erin", "mqtt", "erin:x1", connected).reply()).isNull();
      assertThat(client.command("erin", "http", null, connected).reply().isOk()).isTrue();
      client.prove(new CarriedToken(new UserId("erin"), "demo-erin", null));
      assertThat(
              catchThrowableOfType(
                      HongyanException.class,
                      () -> client.prove(new CarriedToken(new UserId("erin"), "wrong", null)))
                  .code())
          .isEqualTo(ErrorCode.UNAUTHENTICATED);
      client.active(new Activity(List.of(new Seen(new UserId("erin"), null, 1))));
      assertThat(client.presence(new PresenceQuery(List.of(new UserId("erin")))).online())
          .containsExactly(new UserId("erin"));
    }
  }

  @Test
  void theBrokerInTheSameProcessEndsTheConnectionThatItLostButNotItsSuccessor() throws Exception {
    UserId frank = new UserId("frank");
    ConnectRequest request =
        new ConnectRequest(
            "frank:phone",
            false,
            "frank",
            "demo-frank".getBytes(StandardCharsets.UTF_8),
            5,
            null,
            ConnectRequest.Transport.TCP);
    assertThat(hooks.authenticate(request).toCompletableFuture().join())
        .isEqualTo(Decision.client(frank));
    ClientConnection first = connection("c1", frank);
    ClientConnection second = connection("c2", frank);
    hooks.connected(first);
    command("frank", "{\"type\":\"connected\",\"device\":{\"id\":\"phone\"}}");

    hooks.connected(second);
    hooks.disconnected(first, ConnectionEnd.TAKEN_OVER);
    hooks.disconnected(first, ConnectionEnd.LOST);
    assertThat(online("frank")).isEqualTo("[\"frank\"]");

    hooks.disconnected(second, ConnectionEnd.LOST);
    await().untilAsserted(() -> assertThat(online("frank")).isEqualTo("[]"));
    await().until(() -> told.events.contains(new ReceiverEvent.Disconnected(frank)));
  }

  @Test
  void theBrokerInTheSameProcessEndsTheDeviceOfAClientWithAnotherName() throws Exception {
    UserId gina = new UserId("gina");
    ClientConnection client =
        new ClientConnection("c9", "gina:x-random", gina, ConnectRequest.Transport.TCP);
    hooks.connected(client);
    commandBy("gina:x-random", "gina", "{\"type\":\"connected\",\"device\":{\"id\":\"phone\"}}");
    commandBy("gina:other", "gina", "{\"type\":\"connected\",\"device\":{\"id\":\"laptop\"}}");
    assertThat(online("gina")).isEqualTo("[\"gina\"]");

    hooks.disconnected(client, ConnectionEnd.LOST);

    await().untilAsserted(() -> assertThat(online("gina")).isEqualTo("[]"));
  }

  private static ClientConnection connection(String id, UserId user) {
    return new ClientConnection(id, user + ":phone", user, ConnectRequest.Transport.TCP);
  }

  @Test
  void readinessAsksForTheStreamAndTheStore() throws Exception {
    assertThat(get("/actuator/health/readiness").body()).contains("\"stream\"", "\"mongo\"");
    assertThat(get("/actuator/prometheus").body()).contains("jvm_", "resilience4j_circuitbreaker");
  }

  private String emqxMay(String action, String topic) throws Exception {
    return post(
            "/broker/emqx/authorization",
            "{\"username\":\"alice\",\"action\":\"%s\",\"topic\":\"%s\"}".formatted(action, topic))
        .body();
  }

  private String rabbit(String path, String form) throws Exception {
    return send("/broker/rabbitmq/" + path, "application/x-www-form-urlencoded", form).body();
  }

  private String online(String... users) throws Exception {
    String list = JsonMapper.shared().writeValueAsString(List.of(users));
    return json(post("/internal/v1/presence", "{\"users\":" + list + "}")).get("online").toString();
  }

  private HttpResponse<String> command(String user, String message) throws Exception {
    return commandBy("", user, message);
  }

  private HttpResponse<String> commandBy(String client, String user, String message)
      throws Exception {
    return http.send(
        request("/internal/v1/commands")
            .header("X-Hongyan-Client", client)
            .header("Content-Type", "application/json")
            .header("X-Hongyan-Sender", user)
            .header("X-Hongyan-Transport", "mqtt")
            .POST(HttpRequest.BodyPublishers.ofString(message))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static String reply(HttpResponse<String> answer) {
    JsonNode reply = json(answer).get("reply");
    return reply.get("type").stringValue()
        + " "
        + reply.get("errcode").intValue()
        + (reply.has("requestId") ? " " + reply.get("requestId").stringValue() : "");
  }

  private HttpResponse<String> post(String path, String body) throws Exception {
    return send(path, "application/json", body);
  }

  private HttpResponse<String> send(String path, String type, String body) throws Exception {
    return http.send(
        request(path)
            .header("Content-Type", type)
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private HttpResponse<String> get(String path) throws Exception {
    return http.send(request(path).build(), HttpResponse.BodyHandlers.ofString());
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
        .header("X-Hongyan-Service", "among-us");
  }

  private static JsonNode json(HttpResponse<String> answer) {
    return JsonMapper.shared().readTree(answer.body());
  }

  @ImportAutoConfiguration({
    AuthClientAutoConfiguration.class,
    FeignAutoConfiguration.class,
    FeignErrorsAutoConfiguration.class,
    IdentityAutoConfiguration.class,
    FeignIdentityAutoConfiguration.class
  })
  static class OtherService {}

  static final class Told implements ReceiverEvents {
    final List<ReceiverEvent> events = new CopyOnWriteArrayList<>();

    @Override
    public void tell(ReceiverEvent.Connected event) {
      events.add(event);
    }

    @Override
    public void tell(ReceiverEvent.Disconnected event) {
      events.add(event);
    }
  }

  @TestConfiguration(proxyBeanMethods = false)
  static class WithoutAStream {
    @Bean
    @Primary
    StatusNews nobodyListens() {
      return event -> {};
    }

    @Bean
    @Primary
    Told told() {
      return new Told();
    }
  }
}
