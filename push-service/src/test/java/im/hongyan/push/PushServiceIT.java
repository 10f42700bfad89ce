package im.hongyan.push;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.identity.InternalTokens;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.session.client.SessionClientProperties;
import im.hongyan.session.client.SessionDirectory;
import im.hongyan.session.client.SessionServiceClient;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpointGroups;
import org.springframework.boot.health.contributor.Status;
import org.springframework.boot.mongodb.health.MongoHealthIndicator;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class PushServiceIT {
  private static final UserId ALICE = new UserId("alice");
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final ECKey KEY = key();
  private static final Map<SessionId, SessionView> SESSIONS = new ConcurrentHashMap<>();
  private static final List<Published> PUBLISHED = new CopyOnWriteArrayList<>();
  private static EmbeddedMongo mongo;
  private static EmbeddedAmqp amqp;
  private static ConfigurableApplicationContext service;
  private static StreamPublisher<SessionEvent> sessions;
  private static StreamPublisher<ReceiverEvent> receivers;

  private record Published(String topic, JsonNode json) {}

  @BeforeAll
  static void start() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    amqp = EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
    run();
  }

  @AfterAll
  static void stop() {
    service.close();
    amqp.close();
    mongo.close();
  }

  private static void run() {
    service =
        new SpringApplicationBuilder(PushServiceApplication.class, Fakes.class)
            .properties(
                "spring.config.name=push-service",
                "spring.main.allow-bean-definition-overriding=false")
            .run(
                "--server.port=0",
                "--spring.mongodb.uri=" + mongo.connectionString() + "/push",
                "--spring.rabbitmq.addresses=" + amqp.uri(),
                "--hongyan.amqp.partitions=4",
                "--hongyan.amqp.tick-interval=100ms",
                "--hongyan.mqtt.enabled=false",
                "--hongyan.mqtt.password=x",
                "--hongyan.session-client.url=false",
                "--hongyan.auth-client.url=false",
                "--hongyan.identity.jwks-url=http://127.0.0.1:1/jwks");
    StreamFactory streams = service.getBean(StreamFactory.class);
    sessions = streams.publisher(Streams.MODERATED, new JacksonCodec<>(JSON, SessionEvent.class));
    receivers =
        streams.publisher(Streams.DELIVERIES, new JacksonCodec<>(JSON, ReceiverEvent.class));
  }

  /** The world outside. */
  @Configuration(proxyBeanMethods = false)
  static class Fakes {
    @Bean
    ClientPublisher clientPublisher() {
      return new ClientPublisher() {
        @Override
        public CompletionStage<?> publish(String topic, byte[] payload, int qos) {
          PUBLISHED.add(new Published(topic, JSON.readTree(payload)));
          return CompletableFuture.completedFuture(topic);
        }

        @Override
        public boolean isConnected() {
          return true;
        }
      };
    }

    @Bean
    @Primary
    InternalTokens testTokens() {
      return new InternalTokens(id -> Optional.of(KEY), Clock.systemUTC());
    }

    @Bean
    SessionDirectory testDirectory(SessionServiceClient client) {
      return new SessionDirectory(
          client,
          new SessionClientProperties(
              "none",
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              100,
              Duration.ofMinutes(1),
              Duration.ofMillis(1)),
          Ticker.systemTicker());
    }

    @Bean
    SessionServiceClient testSessions() {
      return new SessionServiceClient() {
        @Override
        public Reply command(String sender, byte[] message) {
          throw new UnsupportedOperationException();
        }

        @Override
        public SessionView session(String id) {
          SessionView session = SESSIONS.get(new SessionId(id));
          if (session == null) {
            throw HongyanException.notFound("session: %s", id);
          }
          return session;
        }
      };
    }
  }

  @Test
  void aThousandMessagesForSomebodyAwayComeInOrderAlsoOverARestart() throws Exception {
    UserId bob = new UserId("bob-away");
    SessionId session = session("offline", ALICE, bob);
    toReceiver(bob, new ReceiverEvent.Connected(bob, null));
    toReceiver(bob, new ReceiverEvent.Disconnected(bob));
    List<CompletableFuture<?>> confirms = new ArrayList<>();
    for (int i = 1; i <= 1000; i++) {
      confirms.add(moderated(session, "m" + i, Content.ofText("text " + i)));
    }
    CompletableFuture.allOf(confirms.toArray(CompletableFuture[]::new)).join();
    await().atMost(Duration.ofSeconds(60)).until(() -> historyEnd(session, ALICE) == 1001);

    toReceiver(bob, new ReceiverEvent.Connected(bob, Reply.ok("connected", bob)));
    await().atMost(Duration.ofSeconds(20)).until(() -> seqs(bob).contains(50L));
    service.close();
    run();
    acknowledgeEverything(bob, 1001);

    assertThat(firstSends(bob)).isEqualTo(LongStream.rangeClosed(1, 1001).boxed().toList());
  }

  @Test
  void theSameMessageAgainIsStoredAndDeliveredOnce() throws Exception {
    UserId bob = new UserId("bob-once");
    SessionId session = session("once", ALICE, bob);
    for (int i = 0; i < 10; i++) {
      moderated(session, "same", Content.ofText("hi")).join();
    }
    moderated(session, "other", Content.ofText("bye")).join();

    await().atMost(Duration.ofSeconds(20)).until(() -> seqs(bob).contains(3L));

    assertThat(seqs(bob)).containsExactly(1L, 2L, 3L);
  }

  @Test
  void membersPageThroughHistoryAndOthersDoNot() throws Exception {
    UserId bob = new UserId("bob-history");
    SessionId session = session("history", ALICE, bob);
    Content odd =
        Content.ofSystem(Map.of("big", new BigInteger("123456789012345678901"), "a.b", 1));
    moderated(session, "m1", Content.ofText("uno \u00e9\u4e2d")).join();
    moderated(session, "m2", odd).join();
    moderated(session, "m3", Content.ofText("tres")).join();
    await().atMost(Duration.ofSeconds(20)).until(() -> historyEnd(session, bob) == 4);

    JsonNode newest = get("/api/v1/sessions/" + session + "/messages?limit=2", bob).body();
    assertThat(newest.get("messages").valueStream().map(m -> m.get("seq").asLong()))
        .containsExactly(3L, 4L);
    assertThat(newest.get("messages").get(0).get("content").get("big").asString())
        .isEqualTo("123456789012345678901");
    assertThat(newest.get("messages").get(0).get("content").get("a.b").asInt()).isEqualTo(1);
    JsonNode older = get("/api/v1/sessions/" + session + "/messages?before=3&limit=1", bob).body();
    assertThat(older.get("messages").get(0).get("content").get("text").asString())
        .isEqualTo("uno \u00e9\u4e2d");
    assertThat(get("/api/v1/sessions/" + session + "/messages", new UserId("eve")).status())
        .isEqualTo(403);
    assertThat(get("/api/v1/sessions/nosuch/messages", bob).status()).isEqualTo(404);
    assertThat(get("/api/v1/sessions/" + session + "/messages?limit=0", bob).status())
        .isEqualTo(400);
    assertThat(get("/api/v1/sessions/" + session + "/messages", null).status()).isEqualTo(401);
  }

  @Test
  void aPollWaitsForTheNextPushAndAnAcknowledgedOneDoesNotComeAgain() throws Exception {
    UserId bob = new UserId("bob-poll");
    SessionId session = session("poll", ALICE, bob);
    await().atMost(Duration.ofSeconds(20)).until(() -> seqs(bob).contains(1L));
    JsonNode notice = get("/api/v1/events/poll?waitMs=0", bob).body().get("events").get(0);
    toReceiver(
        bob,
        new ReceiverEvent.Acknowledged(
            bob, new DeliveryId(notice.get("messagesendId").asString()), false));
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> get("/api/v1/events/poll?waitMs=0", bob).body().get("events").isEmpty());

    CompletableFuture<Answer> poll =
        CompletableFuture.supplyAsync(() -> get("/api/v1/events/poll?waitMs=20000", bob));
    moderated(session, "m1", Content.ofText("hi")).join();

    JsonNode events = poll.join().body().get("events");
    assertThat(get("/api/v1/events/poll?waitMs=50001", bob).status()).isEqualTo(400);
    assertThat(events).hasSize(1);
    assertThat(events.get(0).get("content").get("text").asString()).isEqualTo("hi");
  }

  @Test
  void aRecalledMessageLosesItsContentEverywhereAndTheSenderHearsOfIt() throws Exception {
    UserId bob = new UserId("bob-recall");
    UserId carol = new UserId("carol-recall");
    List<SessionEvent.RequestAnswered> answers = new CopyOnWriteArrayList<>();
    service
        .getBean(StreamFactory.class)
        .broadcast(Streams.BROADCAST, new JacksonCodec<>(JSON, SessionEvent.class))
        .subscribe(
            event -> {
              if (event instanceof SessionEvent.RequestAnswered answer) {
                answers.add(answer);
              }
            });
    SessionId session = session("recall", ALICE, bob, carol);
    toReceiver(carol, new ReceiverEvent.Connected(carol, null));
    toReceiver(carol, new ReceiverEvent.Disconnected(carol));
    moderated(session, "m1", Content.ofText("a secret")).join();
    await().atMost(Duration.ofSeconds(20)).until(() -> seqs(bob).contains(2L));
    MessageId id = MessageId.of(ALICE, null, "m1", session);

    // Told best effort: whoever does not hear the answer asks again.
    await()
        .atMost(Duration.ofSeconds(20))
        .until(
            () -> {
              recall(session, id, bob, "by bob").join();
              return answers.stream().anyMatch(answer -> answer.request().equals("by bob"));
            });
    assertThat(answers)
        .extracting(SessionEvent.RequestAnswered::errcode)
        .containsOnly(ErrorCode.FORBIDDEN);
    recall(session, id, ALICE, "by alice").join();
    recall(session, id, ALICE, "by alice again").join();
    moderated(session, "m2", Content.ofText("another")).join();
    await().atMost(Duration.ofSeconds(20)).until(() -> seqs(bob).contains(4L));
    toReceiver(carol, new ReceiverEvent.Connected(carol, null));
    await().atMost(Duration.ofSeconds(20)).until(() -> seqs(carol).contains(4L));

    await()
        .atMost(Duration.ofSeconds(20))
        .untilAsserted(
            () ->
                assertThat(answers)
                    .contains(
                        new SessionEvent.RequestAnswered(session, "by alice", ErrorCode.OK, null),
                        new SessionEvent.RequestAnswered(
                            session, "by alice again", ErrorCode.OK, null)));
    assertThat(firstSends(bob)).containsExactly(1L, 2L, 3L, 4L);
    JsonNode notice = to(bob).get(2).json().get("content");
    assertThat(notice.get("type").asString()).isEqualTo("system");
    assertThat(notice.get("event").asString()).isEqualTo("msg_cancel");
    assertThat(notice.get("messagerecvId").asString()).isEqualTo(id.value());
    assertThat(to(carol).toString()).doesNotContain("a secret");
    assertThat(firstSends(carol)).as("who was away").doesNotContain(2L, 3L);
    JsonNode page = get("/api/v1/sessions/" + session + "/messages", carol).body().get("messages");
    assertThat(page.valueStream().map(m -> m.get("seq").asLong())).containsExactly(1L, 2L, 3L, 4L);
    assertThat(page.get(1).get("cancel").asBoolean()).isTrue();
    assertThat(page.get(1).has("content")).isFalse();
  }

  private static CompletableFuture<?> recall(
      SessionId session, MessageId message, UserId actor, String request) {
    return sessions.publish(
        session.value(),
        new SessionEvent.RecallRequested(
            message, session, actor, false, request, System.currentTimeMillis()));
  }

  @Test
  void theDatabaseIsPartOfReadinessAndItsCommandsAreMeasured() {
    Answer readiness = get("/actuator/health/readiness", null);

    assertThat(readiness.status()).isEqualTo(200);
    assertThat(readiness.body().get("status").asString()).isEqualTo("UP");
    assertThat(service.getBean(HealthEndpointGroups.class).get("readiness").isMember("mongo"))
        .isTrue();
    assertThat(service.getBean(MongoHealthIndicator.class).health().getStatus())
        .isEqualTo(Status.UP);
    assertThat(
            service.getBean(MeterRegistry.class).get("mongodb.driver.commands").timers().stream()
                .mapToLong(Timer::count)
                .sum())
        .isPositive();
  }

  private static SessionId session(String name, UserId... members) {
    SessionId id = new SessionId("s-" + name);
    SessionView view =
        new SessionView(
            id,
            members[0],
            members[0],
            List.of(members),
            List.of(),
            SessionKind.GROUP,
            name,
            null,
            SessionView.VALID,
            1,
            1,
            1,
            null);
    SESSIONS.put(id, view);
    sessions
        .publish(
            id.value(),
            new SessionEvent.SessionChanged(
                view, "session_create", members[0], List.of(members), List.of(), 1))
        .join();
    return id;
  }

  private static CompletableFuture<?> moderated(SessionId session, String name, Content content) {
    SessionEvent.MessageReceived received =
        new SessionEvent.MessageReceived(
            MessageId.of(ALICE, null, name, session),
            session,
            ALICE,
            null,
            name,
            content,
            0,
            System.currentTimeMillis());
    return sessions.publish(session.value(), new SessionEvent.MessageModerated(received, null));
  }

  private static void toReceiver(UserId receiver, ReceiverEvent event) {
    receivers.publish(receiver.value(), event).join();
  }

  private static List<Published> to(UserId receiver) {
    return PUBLISHED.stream()
        .filter(one -> one.topic().equals("/root/client/" + receiver))
        .filter(one -> one.json().get("type").asString().equals("msg_push"))
        .toList();
  }

  private static List<Long> seqs(UserId receiver) {
    return to(receiver).stream().map(one -> one.json().get("seq").asLong()).toList();
  }

  private static List<Long> firstSends(UserId receiver) {
    return seqs(receiver).stream().distinct().toList();
  }

  private static void acknowledgeEverything(UserId receiver, int number) {
    List<Published> done = new ArrayList<>();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(
            () -> {
              List<Published> all = to(receiver);
              for (Published push : all.subList(done.size(), all.size())) {
                done.add(push);
                DeliveryId id = new DeliveryId(push.json().get("messagesendId").asString());
                receivers.publish(
                    receiver.value(), new ReceiverEvent.Acknowledged(receiver, id, false));
              }
              return firstSends(receiver).size() == number;
            });
  }

  private record Answer(int status, JsonNode body) {}

  private static long historyEnd(SessionId session, UserId reader) {
    JsonNode messages =
        get("/api/v1/sessions/" + session + "/messages?limit=1", reader).body().get("messages");
    return messages == null || messages.isEmpty() ? 0 : messages.get(0).get("seq").asLong();
  }

  private static Answer get(String path, UserId caller) {
    int port = ((WebServerApplicationContext) service).getWebServer().getPort();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
    if (caller != null) {
      request.header("Authorization", "Bearer " + token(caller));
    }
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<byte[]> answer =
          http.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
      return new Answer(answer.statusCode(), JSON.readTree(answer.body()));
    } catch (IOException | InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static String token(UserId user) {
    try {
      SignedJWT token =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256).keyID(KEY.getKeyID()).build(),
              new JWTClaimsSet.Builder()
                  .issuer(InternalTokens.ISSUER)
                  .subject(user.value())
                  .expirationTime(Date.from(Instant.now().plusSeconds(600)))
                  .build());
      token.sign(new ECDSASigner(KEY));
      return token.serialize();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey key() {
    try {
      return new ECKeyGenerator(Curve.P_256).keyID("k1").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }
}
