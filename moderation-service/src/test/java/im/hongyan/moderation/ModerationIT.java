package im.hongyan.moderation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.Streams;
import im.hongyan.model.wire.Content;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.WebApplicationType;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.client.RestClient;
import tools.jackson.databind.json.JsonMapper;

/** The service as it runs, on a real broker. */
class ModerationIT {
  private static final JacksonCodec<SessionEvent> CODEC =
      new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class);
  private static final UserId ALICE = new UserId("alice");

  @TempDir private Path words;
  private EmbeddedAmqp broker;
  private ConfigurableApplicationContext neighbours;
  private ConfigurableApplicationContext service;
  private StreamPublisher<SessionEvent> received;
  private final Map<SessionId, List<MessageModerated>> moderated = new ConcurrentHashMap<>();

  /** Those who publish before moderation and consume after it. */
  @Configuration
  @EnableAutoConfiguration
  static class Neighbours {}

  @BeforeEach
  void start() {
    broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
    neighbours =
        new SpringApplicationBuilder(Neighbours.class)
            .web(WebApplicationType.NONE)
            .properties(
                "spring.config.name=neighbours", "spring.rabbitmq.addresses=" + broker.uri())
            .run();
    StreamFactory streams = neighbours.getBean(StreamFactory.class);
    received = streams.publisher(Streams.RECEIVED, CODEC);
    streams.consumer(
        Streams.MODERATED,
        CODEC,
        (partition, events) ->
            events.forEach(
                event ->
                    moderated
                        .computeIfAbsent(event.session(), session -> new CopyOnWriteArrayList<>())
                        .add((MessageModerated) event)));
    service = startService();
  }

  private ConfigurableApplicationContext startService() {
    return ModerationServiceApplication.builder()
        .properties(
            "server.port=0",
            "spring.rabbitmq.addresses=" + broker.uri(),
            "hongyan.moderation.words-dir=" + words,
            "hongyan.moderation.words-reload-interval=50ms")
        .run("--server.port=0", "--spring.rabbitmq.addresses=" + broker.uri());
  }

  @AfterEach
  void stop() {
    service.close();
    neighbours.close();
    broker.close();
  }

  private static MessageReceived message(SessionId session, String text) {
    return new MessageReceived(
        MessageId.of(ALICE, null, text, session),
        session,
        ALICE,
        null,
        text,
        Content.ofText(text),
        0,
        1);
  }

  private void publish(SessionId session, int from, int to) {
    for (int i = from; i < to; i++) {
      var unused = received.publish(session.value(), message(session, "message " + i));
    }
  }

  /** First appearances alone: what comes again is a copy. */
  private List<String> textsOf(SessionId session) {
    return new ArrayList<>(
        new LinkedHashSet<>(
            moderated.getOrDefault(session, List.of()).stream()
                .map(message -> message.dealt().text())
                .toList()));
  }

  private static List<String> expected(int count) {
    return IntStream.range(0, count).mapToObj(i -> "message " + i).toList();
  }

  @Test
  void orderOfEachSessionIsKeptAndARestartLosesNothing() {
    List<SessionId> sessions =
        IntStream.range(0, 5).mapToObj(i -> new SessionId("session-" + i)).toList();
    sessions.forEach(session -> publish(session, 0, 400));
    await().until(() -> !moderated.isEmpty());

    service.close();
    sessions.forEach(session -> publish(session, 400, 800));
    service = startService();

    await()
        .atMost(Duration.ofSeconds(60))
        .untilAsserted(
            () ->
                assertThat(sessions)
                    .allSatisfy(session -> assertThat(textsOf(session)).isEqualTo(expected(800))));
  }

  @Test
  void editedWordListTakesEffectWhileRunning() throws IOException {
    SessionId session = new SessionId("edited");
    received.publish(session.value(), message(session, "darn it")).join();
    await().untilAsserted(() -> assertThat(textsOf(session)).containsExactly("darn it"));

    Files.writeString(words.resolve("mask.txt"), "darn\n");
    int[] sent = {0};
    await()
        .untilAsserted(
            () -> {
              received.publish(session.value(), message(session, "darn " + sent[0]++)).join();
              assertThat(textsOf(session)).anyMatch(text -> text.startsWith("****"));
            });
  }

  @Test
  void readinessIsUpOnceTheStreamIsConsumed() {
    String port = service.getEnvironment().getProperty("local.server.port");
    RestClient client = RestClient.create("http://127.0.0.1:" + port);
    await()
        .ignoreExceptions()
        .untilAsserted(
            () ->
                assertThat(
                        client
                            .get()
                            .uri("/actuator/health/readiness")
                            .retrieve()
                            .body(String.class))
                    .contains("UP"));
    assertThat(client.get().uri("/actuator/prometheus").retrieve().body(String.class))
        .contains("hongyan_moderation_words");
  }
}
