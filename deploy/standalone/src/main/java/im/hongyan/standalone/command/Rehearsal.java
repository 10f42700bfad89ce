package im.hongyan.standalone.command;

import im.hongyan.chat.Account;
import im.hongyan.chat.ChatClient;
import im.hongyan.chat.Incoming;
import im.hongyan.model.UserId;
import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * Some seconds of what users do, so that what is learnt while training is what is needed later: the
 * cache keeps which classes are used, and how often each method is and in which way.
 */
final class Rehearsal {
  private static final int PAIRS = 4;
  private static final Duration LASTS = Duration.ofSeconds(8);

  /** Below what one user may send in that time. */
  private static final int MOST = 1200;

  private static final int HTTP_EVERY = 20;
  private static final Duration WITHIN = Duration.ofSeconds(30);

  private final int mqttPort;
  private final String http;
  private final HttpClient browser = HttpClient.newHttpClient();

  private Rehearsal(int mqttPort, int httpPort) {
    this.mqttPort = mqttPort;
    this.http = "http://127.0.0.1:" + httpPort;
  }

  static void of(int mqttPort, int httpPort) throws InterruptedException {
    Rehearsal rehearsal = new Rehearsal(mqttPort, httpPort);
    List<Callable<Integer>> pairs =
        IntStream.range(0, PAIRS)
            .<Callable<Integer>>mapToObj(i -> () -> rehearsal.pair(i))
            .toList();
    try (rehearsal.browser;
        ExecutorService stage = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<Integer> played : stage.invokeAll(pairs)) {
        played.get();
      }
    } catch (ExecutionException e) {
      throw new StartFailure("rehearsal: " + e.getCause(), e);
    }
  }

  private int pair(int number) throws InterruptedException, IOException {
    UserId one = new UserId("one-" + number);
    UserId other = new UserId("other-" + number);
    Semaphore arrived = new Semaphore(0);
    try (ChatClient speaker = online(one, arrived);
        ChatClient listener = online(other, arrived)) {
      String session = speaker.sessionWith(other);
      long end = System.nanoTime() + LASTS.toNanos();
      int sent = 0;
      while (System.nanoTime() < end && sent < MOST) {
        speaker.send(session, "message " + sent);
        listener.send(session, "answer " + sent);
        if (sent % HTTP_EVERY == 0) {
          overHttp(one, session, sent);
        }
        sent++;
      }
      if (!arrived.tryAcquire(2 * sent, WITHIN.toSeconds(), TimeUnit.SECONDS)) {
        throw new StartFailure(
            "rehearsal: %d of %d messages arrived".formatted(arrived.availablePermits(), 2 * sent));
      }
      return sent;
    }
  }

  private ChatClient online(UserId user, Semaphore arrived) {
    ChatClient client =
        ChatClient.connect(
            Account.demo("127.0.0.1", mqttPort, user), "rehearsal", m -> count(m, arrived));
    client.beOnline();
    return client;
  }

  private static void count(Incoming message, Semaphore arrived) {
    if (!message.system()) {
      arrived.release();
    }
  }

  private void overHttp(UserId user, String session, int number)
      throws IOException, InterruptedException {
    ask(
        user,
        "/api/v1/sessions/" + session + "/messages",
        "{\"clientMsgId\":\"%d\",\"content\":{\"type\":\"text\",\"text\":\"hi\"}}"
            .formatted(number));
    ask(user, "/api/v1/commands", "{\"type\":\"heartbeat\",\"device\":\"rehearsal\"}");
    ask(user, "/api/v1/sessions/" + session + "/messages?limit=20", "");
    ask(user, "/api/v1/sessions", "");
    ask(user, "/api/v1/events/poll?waitMs=0", "");
    ask(user, "/health", "");
  }

  private void ask(UserId user, String path, String body) throws IOException, InterruptedException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(URI.create(http + path))
            .header("Authorization", "Bearer demo-" + user)
            .timeout(WITHIN);
    if (!body.isEmpty()) {
      request.POST(HttpRequest.BodyPublishers.ofString(body));
    }
    int status = browser.send(request.build(), HttpResponse.BodyHandlers.ofString()).statusCode();
    if (status != 200) {
      throw new StartFailure("rehearsal: %s was answered with %d".formatted(path, status));
    }
  }
}
