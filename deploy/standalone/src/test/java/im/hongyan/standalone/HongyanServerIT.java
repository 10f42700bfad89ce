package im.hongyan.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.chat.ChatException;
import im.hongyan.chat.Incoming;
import im.hongyan.model.UserId;
import im.hongyan.standalone.failure.StartFailure;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole suite through its own doors. */
class HongyanServerIT {
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

  private static ChatClient connect(HongyanServer server, String user, List<Incoming> screen) {
    Account account = Account.demo("127.0.0.1", server.mqttPort(), new UserId(user));
    return ChatClient.connect(account, "phone", screen::add);
  }

  private static List<String> texts(List<Incoming> seen) {
    return seen.stream().filter(message -> !message.system()).map(Incoming::line).toList();
  }
}
