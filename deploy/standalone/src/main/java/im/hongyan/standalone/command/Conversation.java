package im.hongyan.standalone.command;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.chat.ChatException;
import im.hongyan.chat.Incoming;
import im.hongyan.model.UserId;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * A user who is online and sees what arrives, stays online by heartbeats, and is back by himself
 * after a break.
 */
final class Conversation implements AutoCloseable {
  private static final Duration HEARTBEAT = Duration.ofSeconds(30);
  private static final Duration TRY_AGAIN = Duration.ofSeconds(2);

  private final Account account;
  private final String device;
  private final PrintWriter out;
  private final Duration heartbeat;
  private final CountDownLatch ended = new CountDownLatch(1);

  /** The connection of now; replaced by the heartbeat's thread alone. */
  private volatile ChatClient client;

  private Conversation(Account account, String device, PrintWriter out, Duration heartbeat) {
    this.account = account;
    this.device = device;
    this.out = out;
    this.heartbeat = heartbeat;
    this.client = connect();
  }

  /**
   * An online user; what arrives is printed.
   *
   * @throws ChatException where the first connection fails
   */
  static Conversation open(Account account, String device, PrintWriter out) {
    return open(account, device, out, HEARTBEAT);
  }

  /** The same with a heartbeat of another length. */
  static Conversation open(Account account, String device, PrintWriter out, Duration heartbeat) {
    Conversation conversation = new Conversation(account, device, out, heartbeat);
    Thread.ofVirtual().name("heartbeat").start(conversation::beThere);
    return conversation;
  }

  /** A name for a device that no other terminal has. */
  static String someDevice() {
    return "cli-" + HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
  }

  private ChatClient connect() {
    ChatClient fresh = ChatClient.connect(account, device, message -> show(message, out));
    fresh.beOnline();
    return fresh;
  }

  private void beThere() {
    try {
      while (!ended.await(
          (client.isConnected() ? heartbeat : TRY_AGAIN).toMillis(), TimeUnit.MILLISECONDS)) {
        beat();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void beat() {
    try {
      if (client.isConnected()) {
        client.heartbeat();
      } else {
        client = connect();
        out.println("(back online)");
      }
    } catch (ChatException e) {
      out.println("(offline: " + e.getMessage() + ")");
    }
  }

  /** The conversation with another user, which is made where there is none. */
  String sessionWith(UserId other) {
    return client.sessionWith(other);
  }

  /** Sends a text; tells the user where it was not sent. */
  void send(String session, String text) {
    try {
      client.send(session, text);
    } catch (ChatException e) {
      out.println("(not sent: " + e.getMessage() + ")");
    }
  }

  /** Returns when the process is told to end. */
  void stay() throws InterruptedException {
    ended.await();
  }

  private static void show(Incoming message, PrintWriter out) {
    out.println(
        message.system()
            ? "* " + message.line()
            : "%s: %s".formatted(message.sender(), message.line()));
  }

  @Override
  public void close() {
    ended.countDown();
    client.close();
  }
}
