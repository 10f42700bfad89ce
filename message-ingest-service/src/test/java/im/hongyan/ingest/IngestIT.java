package im.hongyan.ingest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.hivemq.client.mqtt.MqttClient;
import com.hivemq.client.mqtt.MqttGlobalPublishFilter;
import com.hivemq.client.mqtt.datatypes.MqttQos;
import com.hivemq.client.mqtt.mqtt5.Mqtt5BlockingClient;
import com.hivemq.client.mqtt.mqtt5.exceptions.Mqtt5PubAckException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.codec.WireCodec;
import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import im.hongyan.embedded.mqtt.EmbeddedMqtt;
import im.hongyan.embedded.mqtt.EmbeddedMqttOptions;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.Streams;
import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.ConnectionEnd;
import im.hongyan.mqtt.hooks.Decision;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import tools.jackson.databind.json.JsonMapper;

/** The service as it runs, on real brokers, with two neighbours that are played. */
class IngestIT {
  private static final WireCodec CODEC = new WireCodec();
  private static final List<MessageReceived> received = new CopyOnWriteArrayList<>();
  private static final List<String> askingClients = new CopyOnWriteArrayList<>();

  private static ECKey key;
  private static HttpServer neighbours;
  private static EmbeddedAmqp amqp;
  private static EmbeddedMqtt mqtt;
  private static ConfigurableApplicationContext service;
  private static int port;
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeAll
  static void start() throws Exception {
    key = new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    neighbours = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    answer("/internal/v1/jwks", new JWKSet(key.toPublicJWK()).toString());
    answer(
        "/internal/v1/commands",
        """
        {"reply":{"type":"status_reply","userId":"alice","errcode":0}}""");
    answer(
        "/internal/v1/sessions/s1",
        """
        {"_id":"s1","creator":"alice","owner":"alice","members":["alice","bob"],"admins":[],
         "kind":"group","status":"valid","version":1,"createdAt":1,"updatedAt":1}""");
    answer("/internal/v1/sessions/down", 503, "{}");
    neighbours.start();
    amqp = EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
    mqtt = EmbeddedMqtt.start(EmbeddedMqttOptions.with(new EverybodyMayConnect()));
    String url = "http://127.0.0.1:" + neighbours.getAddress().getPort();
    service =
        MessageIngestServiceApplication.builder()
            .initializers(
                context -> {
                  var beans = ((GenericApplicationContext) context).getBeanFactory();
                  beans.registerSingleton("embeddedInboundLink", mqtt.inboundLink());
                  beans.registerSingleton("embeddedClientPublisher", mqtt.clientPublisher());
                })
            .run(
                "--server.port=0",
                "--spring.rabbitmq.addresses=" + amqp.uri(),
                "--hongyan.auth-client.url=" + url,
                "--hongyan.session-client.url=" + url);
    port = Integer.parseInt(service.getEnvironment().getProperty("local.server.port", "0"));
    service
        .getBean(StreamFactory.class)
        .consumer(
            Streams.RECEIVED,
            new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class),
            (partition, events) -> events.forEach(event -> received.add((MessageReceived) event)));
  }

  private static void answer(String path, String json) {
    answer(path, 200, json);
  }

  private static void answer(String path, int status, String json) {
    byte[] body = json.getBytes(StandardCharsets.UTF_8);
    neighbours.createContext(
        path,
        exchange -> {
          exchange.getRequestBody().readAllBytes();
          String client = exchange.getRequestHeaders().getFirst(AuthBridgeClient.CLIENT);
          if (client != null) {
            askingClients.add(client);
          }
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(status, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
  }

  private static final class EverybodyMayConnect implements BrokerHooks {
    @Override
    public CompletionStage<Decision> authenticate(ConnectRequest request) {
      String user = request.clientId().split(":", 2)[0];
      return CompletableFuture.completedFuture(Decision.client(new UserId(user)));
    }

    @Override
    public void connected(ClientConnection connection) {}

    @Override
    public void disconnected(ClientConnection connection, ConnectionEnd end) {}
  }

  @AfterAll
  static void stop() {
    service.close();
    mqtt.close();
    amqp.close();
    neighbours.stop(0);
  }

  @BeforeEach
  void forget() {
    received.clear();
  }

  private static String msgSend(String name) {
    return """
        {"type":"msg_send","session":"s1","clientMsgId":"%s","content":{"type":"text","text":"hi"}}"""
        .formatted(name);
  }

  private static String token(String user) throws Exception {
    SignedJWT jwt =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("k1").build(),
            new JWTClaimsSet.Builder()
                .issuer("hongyan")
                .subject(user)
                .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                .build());
    jwt.sign(new ECDSASigner(key));
    return jwt.serialize();
  }

  private HttpResponse<String> post(String user, String path, String json) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
            .header("Authorization", "Bearer " + token(user))
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build(),
        HttpResponse.BodyHandlers.ofString());
  }

  private static List<String> receivedNames() {
    return received.stream().map(MessageReceived::clientMsgId).toList();
  }

  private static Mqtt5BlockingClient alice(List<String> replies) {
    Mqtt5BlockingClient alice =
        MqttClient.builder()
            .useMqttVersion5()
            .identifier("alice:d1")
            .serverHost("127.0.0.1")
            .serverPort(mqtt.tcp().port())
            .buildBlocking();
    alice
        .toAsync()
        .publishes(
            MqttGlobalPublishFilter.ALL,
            publish ->
                replies.add(new String(publish.getPayloadAsBytes(), StandardCharsets.UTF_8)));
    alice
        .connectWith()
        .simpleAuth()
        .username("alice")
        .password(new byte[] {1})
        .applySimpleAuth()
        .send();
    alice.subscribeWith().topicFilter("/root/client/alice").qos(MqttQos.AT_LEAST_ONCE).send();
    return alice;
  }

  @Test
  void messageThatWasNotKeptIsAnsweredSoAndNotAcknowledged() {
    List<String> replies = new CopyOnWriteArrayList<>();
    Mqtt5BlockingClient alice = alice(replies);
    assertThatThrownBy(
            () ->
                alice
                    .publishWith()
                    .topic("/root/server/alice")
                    .qos(MqttQos.AT_LEAST_ONCE)
                    .payload(msgSend("lost").replace("s1", "down").getBytes(StandardCharsets.UTF_8))
                    .send())
        .isInstanceOf(Mqtt5PubAckException.class);
    await()
        .untilAsserted(
            () ->
                assertThat(replies)
                    .singleElement()
                    .asString()
                    .contains("msg_send_reply", "\"errcode\":10", "\"clientMsgId\":\"lost\""));
    alice.disconnect();
  }

  @Test
  void messagesSentOverMqttWithoutWaitingArriveInOrderAndAreAllAnswered() {
    List<String> replies = new CopyOnWriteArrayList<>();
    Mqtt5BlockingClient alice = alice(replies);
    List<String> names = IntStream.range(0, 300).mapToObj(i -> "m" + i).toList();
    names.forEach(name -> publish(alice, msgSend(name)));
    publish(alice, "{\"type\":\"status\",\"status\":\"online\"}");
    publish(alice, "no json");

    await().untilAsserted(() -> assertThat(receivedNames()).isEqualTo(names));
    await().untilAsserted(() -> assertThat(replies).hasSize(302));
    assertThat(replies).filteredOn(reply -> reply.contains("msg_send_reply")).hasSize(300);
    assertThat(replies).filteredOn(reply -> reply.contains("\"errcode\":2")).hasSize(1);
    assertThat(askingClients).containsExactly("alice:d1");
    alice.disconnect();
  }

  private static void publish(Mqtt5BlockingClient client, String json) {
    var unused =
        client
            .toAsync()
            .publishWith()
            .topic("/root/server/alice")
            .qos(MqttQos.AT_LEAST_ONCE)
            .payload(json.getBytes(StandardCharsets.UTF_8))
            .send();
  }

  @Test
  void commandOverHttpIsAnsweredWithItsReplyAndStatus() throws Exception {
    HttpResponse<String> sent = post("alice", "/api/v1/commands", msgSend("http-1"));
    assertThat(sent.statusCode()).isEqualTo(200);
    assertThat(sent.body()).contains("\"type\":\"msg_send_reply\"", "\"messagerecvId\":\"m");
    assertThat(post("alice", "/api/v1/commands", msgSend("http-1")).body()).isEqualTo(sent.body());
    await().untilAsserted(() -> assertThat(receivedNames()).containsExactly("http-1"));

    HttpResponse<String> stranger = post("mallory", "/api/v1/commands", msgSend("http-2"));
    assertThat(stranger.statusCode()).isEqualTo(403);
    assertThat(stranger.body()).contains("\"errcode\":4", "msg_send_reply");
    assertThat(post("alice", "/api/v1/commands", "").statusCode()).isEqualTo(400);
    assertThat(post("alice", "/api/v1/commands", "x".repeat(300_000)).body())
        .contains("\"errcode\":2");
  }

  @Test
  void resourceStyleSendingAnswersWithProblems() throws Exception {
    String path = "/api/v1/sessions/s1/messages";
    HttpResponse<String> sent =
        post(
            "alice",
            path,
            "{\"clientMsgId\":\"rest-1\",\"content\":{\"type\":\"text\",\"text\":\"hi\"}}");
    assertThat(sent.statusCode()).isEqualTo(200);
    assertThat(CODEC.readServerFrame(sent.body().getBytes(StandardCharsets.UTF_8))).isNotNull();

    for (String bad : List.of("", "[]", "nonsense", "{}")) {
      HttpResponse<String> refused = post("alice", path, bad);
      assertThat(refused.statusCode()).as(bad).isEqualTo(400);
      assertThat(refused.headers().firstValue("Content-Type"))
          .hasValueSatisfying(type -> assertThat(type).startsWith("application/problem+json"));
      assertThat(refused.body()).contains("\"errcode\":2");
    }
  }

  @Test
  void withoutATokenNobodyIsServed() throws Exception {
    HttpResponse<String> refused =
        http.send(
            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + "/api/v1/commands"))
                .POST(HttpRequest.BodyPublishers.ofString(msgSend("1")))
                .build(),
            HttpResponse.BodyHandlers.ofString());
    assertThat(refused.statusCode()).isEqualTo(401);
    assertThat(refused.body()).startsWith("{\"type\":\"error_reply\",\"errcode\":3,");
  }

  @Test
  void readinessIsUp() {
    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(
                        http.send(
                                HttpRequest.newBuilder(
                                        URI.create(
                                            "http://127.0.0.1:"
                                                + port
                                                + "/actuator/health/readiness"))
                                    .build(),
                                HttpResponse.BodyHandlers.ofString())
                            .statusCode())
                    .isEqualTo(200));
  }
}
