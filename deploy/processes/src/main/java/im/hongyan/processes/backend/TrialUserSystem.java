package im.hongyan.processes.backend;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Plays the customer's user system, on good days and on bad ones: the token of every valid user id
 * is {@code demo-<userId>}. For trials and tests.
 */
public final class TrialUserSystem implements AutoCloseable {
  private static final Pattern TOKEN =
      Pattern.compile("\"token\"\\s*:\\s*\"demo-([\\w.@-]{1,64})\"");

  /** How it behaves. */
  public enum Mood {
    /** It answers. */
    WELL,
    /** It answers after ten seconds. */
    SLOW,
    /** It answers 200 with what is no JSON. */
    GARBAGE,
    /** It answers 500. */
    BROKEN
  }

  private final HttpServer server;
  private volatile Mood mood = Mood.WELL;

  private TrialUserSystem(HttpServer server) {
    this.server = server;
  }

  /** Starts one on a free port of the loopback address. */
  public static TrialUserSystem start() {
    try {
      HttpServer server =
          HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 512);
      TrialUserSystem users = new TrialUserSystem(server);
      server.createContext("/token/verify", users::answer);
      server.setExecutor(
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("users-", 0).factory()));
      server.start();
      return users;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Where it is. */
  public URI uri() {
    return URI.create("http://127.0.0.1:" + port());
  }

  /** Its port. */
  public int port() {
    return server.getAddress().getPort();
  }

  /** Behaves so from now on. */
  public void be(Mood newMood) {
    mood = newMood;
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String question =
          new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      Mood now = mood;
      if (now == Mood.SLOW) {
        LockSupport.parkNanos(Duration.ofSeconds(10).toNanos());
      }
      Matcher token = TOKEN.matcher(question);
      if (now == Mood.BROKEN) {
        send(exchange, 500, "broken");
      } else if (now == Mood.GARBAGE) {
        send(exchange, 200, "<html>\u0000{\"userId\":");
      } else if (token.find()) {
        send(exchange, 200, "{\"userId\":\"%s\"}".formatted(token.group(1)));
      } else {
        send(exchange, 401, "");
      }
    }
  }

  private static void send(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    if (bytes.length > 0) {
      exchange.getResponseBody().write(bytes);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
