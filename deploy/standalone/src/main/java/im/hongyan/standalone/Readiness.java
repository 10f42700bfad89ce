package im.hongyan.standalone;

import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Waits until the suite says through its own door that it is ready. */
final class Readiness {
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final Duration ASK_EVERY = Duration.ofMillis(50);
  private static final int TIMEOUT_MILLIS = 5000;

  private Readiness() {}

  static void await(URI health) {
    long end = System.nanoTime() + WITHIN.toNanos();
    String answer = ask(health);
    while (answer != null) {
      if (System.nanoTime() > end) {
        throw new StartFailure("not ready after %d s: %s".formatted(WITHIN.toSeconds(), answer));
      }
      LockSupport.parkNanos(ASK_EVERY.toNanos());
      answer = ask(health);
    }
  }

  /** Nothing where the answer is 200, else what came instead. */
  private static @Nullable String ask(URI health) {
    try {
      HttpURLConnection connection = (HttpURLConnection) health.toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      try {
        if (connection.getResponseCode() == HttpURLConnection.HTTP_OK) {
          return null;
        }
        return new String(connection.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
      } finally {
        connection.disconnect();
      }
    } catch (IOException e) {
      return e.toString();
    }
  }
}
