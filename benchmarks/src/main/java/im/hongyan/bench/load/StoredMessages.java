package im.hongyan.bench.load;

import im.hongyan.bench.history.DeliveryHistory.StoredEntry;
import im.hongyan.model.SessionId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What the server has stored, read as a member reads his history. */
public final class StoredMessages implements AutoCloseable {
  private static final int PAGE = 100;

  /** For so long a server that has gone through something may say that it is unavailable. */
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final Duration AGAIN_AFTER = Duration.ofMillis(100);

  private final URI gateway;
  private final String tokenPrefix;
  private final HttpClient client = HttpClient.newHttpClient();
  private final JsonMapper mapper =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /** Reads from a gateway. */
  public StoredMessages(URI gateway, String tokenPrefix) {
    this.gateway = gateway;
    this.tokenPrefix = tokenPrefix;
  }

  /** All messages of a session, oldest first. */
  public List<StoredEntry> of(SessionId session, String member) throws InterruptedException {
    List<StoredEntry> all = new ArrayList<>();
    long after = 0;
    while (true) {
      JsonNode page = page(session, member, after);
      if (page.isEmpty()) {
        return all;
      }
      for (JsonNode entry : page) {
        long seq = entry.path("seq").asLong();
        all.add(new StoredEntry(seq, VirtualUser.indexOf(textOf(entry))));
        after = seq;
      }
    }
  }

  private static @Nullable String textOf(JsonNode entry) {
    JsonNode text = entry.path("content").path("text");
    return text.isString() ? text.stringValue() : null;
  }

  private JsonNode page(SessionId session, String member, long after) throws InterruptedException {
    URI uri =
        gateway.resolve(
            "/api/v1/sessions/" + session + "/messages?after=" + after + "&limit=" + PAGE);
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Bearer " + tokenPrefix + member)
            .build();
    long patientUntil = System.nanoTime() + PATIENCE.toNanos();
    try {
      while (true) {
        HttpResponse<byte[]> response =
            client.send(request, HttpResponse.BodyHandlers.ofByteArray());
        int status = response.statusCode();
        if (status == 429 || (status == 503 && System.nanoTime() < patientUntil)) {
          LockSupport.parkNanos(AGAIN_AFTER.toNanos());
          continue;
        }
        if (status != 200) {
          throw new IllegalStateException(uri + " answered " + status);
        }
        return mapper.readTree(response.body()).path("messages");
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + uri, e);
    }
  }

  @Override
  public void close() {
    client.close();
  }
}
