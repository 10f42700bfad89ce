package im.hongyan.standalone.command;

import static org.awaitility.Awaitility.await;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.chat.ChatException;
import im.hongyan.model.UserId;
import im.hongyan.standalone.HongyanServer;
import im.hongyan.standalone.ServerOptions;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConversationIT {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir Path data;

  @Test
  void whoTypesNothingStaysOnlineLongerThanTheServerWaitsForAHeartbeat() {
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
        ChatClient silent = ChatClient.connect(account(server, "eve"), "cli", m -> {});
        ChatClient alice = ChatClient.connect(account(server, "alice"), "cli", m -> {})) {
      silent.beOnline();
      // Eve came later than Bob: when she is gone, he would be as well. Asking keeps her, so
      // rarely.
      await().atMost(LONG).pollInterval(Duration.ofSeconds(5)).until(() -> isGone(silent));

      alice.send(alice.sessionWith(new UserId("bob")), "are you there?");

      await().atMost(LONG).until(() -> screen.toString().contains("are you there?"));
    }
  }

  private static boolean isGone(ChatClient client) {
    try {
      client.heartbeat();
      return false;
    } catch (ChatException e) {
      return true;
    }
  }

  private static Account account(HongyanServer server, String user) {
    return Account.demo("127.0.0.1", server.mqttPort(), new UserId(user));
  }
}
