package im.hongyan.standalone.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.model.UserId;
import im.hongyan.standalone.HongyanServer;
import im.hongyan.standalone.ServerOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path data;

  @Test
  void whoTypesNothingStaysOnlineLongerThanTheServerWaitsForAHeartbeat() throws Exception {
    ServerOptions options =
        ServerOptions.in(data)
            .onFreePorts()
            .with(
                Map.of(
                    "hongyan.connection.heartbeat-interval", "1s",
                    "hongyan.connection.sweep-interval", "200ms"));
    StringWriter screen = new StringWriter();
    try (HongyanServer server = HongyanServer.start(options);
        Conversation bob =
            Conversation.open(
                account(server, "bob"), "cli", new PrintWriter(screen), Duration.ofMillis(300));
        ChatClient alice = ChatClient.connect(account(server, "alice"), "cli", m -> {})) {
      assertThat(say(server, "eve", "{\"type\":\"connected\",\"device\":{\"id\":\"web\"}}"))
          .isEqualTo(200);
      // Eve, over HTTP, came later than Bob and says nothing: when she is gone, he would be as
      // well.
      // Asking keeps her, so rarely.
      await()
          .atMost(LONG)
          .pollInterval(Duration.ofSeconds(5))
          .until(() -> say(server, "eve", "{\"type\":\"heatbeat\"}") == 409);

      alice.send(alice.sessionWith(new UserId("bob")), "are you there?");

      await().atMost(LONG).until(() -> screen.toString().contains("are you there?"));
    }
  }

  private static int say(HongyanServer server, String user, String json)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/commands"))
            .header("Authorization", "Bearer demo-" + user)
            .POST(HttpRequest.BodyPublishers.ofString(json))
            .build();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }
  }

  private static Account account(HongyanServer server, String user) {
    return Account.demo("127.0.0.1", server.mqttPort(), new UserId(user));
  }
}
