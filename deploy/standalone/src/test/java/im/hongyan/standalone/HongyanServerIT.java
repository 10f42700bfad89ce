package im.hongyan.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.chat.ChatException;
import im.hongyan.chat.Incoming;
import im.hongyan.identity.ServiceSecret;
import im.hongyan.model.UserId;
import im.hongyan.standalone.failure.StartFailure;
import im.hongyan.standalone.service.SuiteService;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole suite through its own doors. */
class HongyanServerIT {
  private static final String SECRET = "known to this test";
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path data;

  @Test
  void twoPeopleChatAndWhatWasSentToOneWhoIsAwayIsThereAfterARestart() {
    ServerOptions options = ServerOptions.in(data).onFreePorts();
    try (HongyanServer server = HongyanServer.start(options)) {
      List<Incoming> seen = new CopyOnWriteArrayList<>();
      try (ChatClient alice = connect(server, "alice", new CopyOnWriteArrayList<>());
          ChatClient bob = connect(server, "bob", seen)) {
        bob.beOnline();
        String session = alice.sessionWith(new UserId("bob"));
        alice.send(session, "hello");
        await().atMost(LONG).until(() -> texts(seen).equals(List.of("hello")));
      }
      try (ChatClient alice = connect(server, "alice", new CopyOnWriteArrayList<>())) {
        String session = alice.sessionWith(new UserId("bob"));
        IntStream.range(0, 20).forEach(i -> alice.send(session, "while away " + i));
      }
      operatorsSeeEveryService(server);
      assertThatThrownBy(() -> HongyanServer.start(options))
          .isInstanceOf(StartFailure.class)
          .hasMessageContaining("in use");
      assertThatThrownBy(
              () ->
                  ChatClient.connect(
                      new Account("127.0.0.1", server.mqttPort(), new UserId("eve"), "wrong"),
                      "phone",
                      m -> {}))
          .isInstanceOf(ChatException.class)
          .hasMessageContaining("refused");
    }
    try (HongyanServer again = HongyanServer.start(options)) {
      List<Incoming> seen = new CopyOnWriteArrayList<>();
      try (ChatClient bob = connect(again, "bob", seen)) {
        bob.beOnline();
        await().atMost(LONG).until(() -> texts(seen).size() >= 20);
        assertThat(texts(seen))
            .endsWith(
                IntStream.range(0, 20).mapToObj(i -> "while away " + i).toArray(String[]::new));
      }
    }
  }

  @Test
  void whoWasConnectedWhenTheProcessDiedIsOfflineAfterTheNextStart() {
    ServerOptions options =
        ServerOptions.in(data)
            .onFreePorts()
            .with(Map.of("hongyan.identity.service-secret", SECRET));
    try (HongyanServer server = HongyanServer.start(options)) {
      // A connection that the broker does not know, so that it cannot tell of its end.
      internal(server, "commands", "{\"type\":\"connected\",\"device\":{\"id\":\"phone\"}}", "bob");
      assertThat(online(server)).contains("bob");
    }
    try (HongyanServer again = HongyanServer.start(options)) {
      assertThat(online(again)).doesNotContain("bob");
    }
  }

  private static String online(HongyanServer server) {
    return internal(server, "presence", "{\"users\":[\"bob\"]}", "nobody");
  }

  private static String internal(HongyanServer server, String path, String body, String sender) {
    HttpRequest request =
        HttpRequest.newBuilder(
                URI.create(server.url(SuiteService.AUTH_BRIDGE) + "/internal/v1/" + path))
            .header("Content-Type", "application/json")
            .header(ServiceSecret.HEADER, SECRET)
            .header(AuthBridgeClient.SENDER, sender)
            .header(AuthBridgeClient.TRANSPORT, "mqtt")
            .POST(HttpRequest.BodyPublishers.ofString(body))
            .build();
    return answer(request, 200);
  }

  private static void operatorsSeeEveryService(HongyanServer server) {
    String metrics = ask(server, "/actuator/prometheus", 200);
    assertThat(metrics.lines().filter(line -> line.startsWith("# TYPE "))).doesNotHaveDuplicates();
    String health = ask(server, "/actuator/health", 200);
    assertThat(health).startsWith("{\"status\":\"UP\"");
    for (SuiteService service : SuiteService.values()) {
      assertThat(metrics).contains("service=\"" + service.configName() + "\"");
      assertThat(health).contains("\"" + service.configName() + "\":{\"status\":\"UP\"");
    }
    ask(server, "/", 200);
    ask(server, "/actuator", 404);
  }

  private static String ask(HongyanServer server, String path, int expected) {
    URI there = URI.create("http://127.0.0.1:" + server.operatorPort() + path);
    return answer(HttpRequest.newBuilder(there).build(), expected);
  }

  private static String answer(HttpRequest request, int expected) {
    try (HttpClient http = HttpClient.newHttpClient()) {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      assertThat(answer.statusCode()).as("%s: %s", request, answer.body()).isEqualTo(expected);
      return answer.body();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(request.toString(), e);
    }
  }

  private static ChatClient connect(HongyanServer server, String user, List<Incoming> screen) {
    Account account = Account.demo("127.0.0.1", server.mqttPort(), new UserId(user));
    return ChatClient.connect(account, "phone", screen::add);
  }

  private static List<String> texts(List<Incoming> seen) {
    return seen.stream().filter(message -> !message.system()).map(Incoming::line).toList();
  }
}
