package im.hongyan.standalone.command;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.chat.ChatException;
import im.hongyan.chat.Incoming;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A user who is online and sees what arrives, and is back by himself after a break. */
final class Conversation {
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);
  private static final Duration TRY_AGAIN = Duration.ofSeconds(2);

  private Conversation() {}

  /** An online client; what arrives is printed. */
  static ChatClient open(Account account, String device, PrintWriter out) {
    ChatClient client = ChatClient.connect(account, device, message -> show(message, out));
    client.beOnline();
    return client;
  }

  /** Stays online until the process is told to end. */
  static void stay(Account account, String device, PrintWriter out) {
    ChatClient client = open(account, device, out);
    while (!Thread.currentThread().isInterrupted()) {
      pause(client.isConnected() ? HEARTBEAT : TRY_AGAIN);
      try {
        if (client.isConnected()) {
          client.heartbeat();
        } else {
          client = open(account, device, out);
          out.println("(back online)");
        }
      } catch (ChatException e) {
        out.println("(offline: " + e.getMessage() + ")");
      }
    }
  }

  private static void pause(Duration time) {
    CompletableFuture.runAsync(
            () -> {}, CompletableFuture.delayedExecutor(time.toMillis(), TimeUnit.MILLISECONDS))
        .join();
  }

  private static void show(Incoming message, PrintWriter out) {
    out.println(
        message.system()
            ? "* " + message.line()
            : "%s: %s".formatted(message.sender(), message.line()));
  }
}
