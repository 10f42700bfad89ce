package im.hongyan.identity;

import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The public keys that a server publishes as a JWK set: fetched when the first is asked for, kept,
 * and fetched again when one is asked for that is not among them, at most once in a while, and when
 * they are old: one that the server has taken back is no longer trusted then. Known keys serve on
 * while the server is down. Blocks while it fetches: call from virtual threads.
 */
public final class RemoteKeys {
  /** Strangers may send any key id; no more often than this does one cost a request. */
  static final Duration MIN_PAUSE = Duration.ofSeconds(5);

  /** How long a key may still be trusted after the server has taken it back. */
  static final Duration MAX_AGE = Duration.ofMinutes(5);

  private static final Duration FETCH_TIMEOUT = Duration.ofSeconds(2);

  private final URI url;
  private final ServiceSecret secret;
  private final Clock clock;
  private final HttpClient http =
      HttpClient.newBuilder()
          .connectTimeout(FETCH_TIMEOUT)
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
  private final ReentrantLock fetching = new ReentrantLock();
  private volatile @Nullable JWKSet keys;
  private volatile Instant oldFrom = Instant.MAX;
  // Guarded by fetching.
  private Instant nextFetch = Instant.MIN;
  private @Nullable HongyanException lastFailure;

  /**
   * Keys at an address.
   *
   * @param url the JWK set
   * @param secret shown with the request where it has a value
   */
  public RemoteKeys(URI url, ServiceSecret secret, Clock clock) {
    this.url = url;
    this.secret = secret;
    this.clock = clock;
  }

  /**
   * The key with an id; without an id the only key there is.
   *
   * @return empty where the server has no such key
   * @throws HongyanException UNAVAILABLE where the key is not known and the server cannot be asked
   */
  public Optional<JWK> find(@Nullable String keyId) {
    renewIfOld();
    Optional<JWK> known = among(keys, keyId);
    return known.isPresent() ? known : afterFetch(keyId);
  }

  /** One thread fetches; the others go on with what there is. */
  private void renewIfOld() {
    if (clock.instant().isBefore(oldFrom) || !fetching.tryLock()) {
      return;
    }
    try {
      if (!clock.instant().isBefore(oldFrom)) {
        fetch();
      }
    } finally {
      fetching.unlock();
    }
  }

  private Optional<JWK> afterFetch(@Nullable String keyId) {
    fetching.lock();
    try {
      Optional<JWK> fetchedMeanwhile = among(keys, keyId);
      if (fetchedMeanwhile.isPresent()) {
        return fetchedMeanwhile;
      }
      if (!clock.instant().isBefore(nextFetch)) {
        fetch();
      }
      if (lastFailure != null) {
        throw lastFailure;
      }
      return among(keys, keyId);
    } finally {
      fetching.unlock();
    }
  }

  private void fetch() {
    try {
      keys = request();
      lastFailure = null;
      nextFetch = clock.instant().plus(MIN_PAUSE);
      oldFrom = clock.instant().plus(MAX_AGE);
    } catch (IOException | ParseException e) {
      lastFailure = HongyanException.unavailable("the keys of tokens cannot be fetched", e);
      // A server that starts is asked again soon.
      nextFetch = clock.instant().plusMillis(500);
      if (keys != null) {
        oldFrom = clock.instant().plus(MIN_PAUSE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HongyanException.unavailable("interrupted while fetching the keys of tokens", e);
    }
  }

  private JWKSet request() throws IOException, InterruptedException, ParseException {
    HttpRequest.Builder request = HttpRequest.newBuilder(url).timeout(FETCH_TIMEOUT);
    String shown = secret.value();
    if (shown != null) {
      request.header(ServiceSecret.HEADER, shown);
    }
    HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    if (answer.statusCode() != 200) {
      throw new IOException(url + ": status " + answer.statusCode() + " (expected: 200)");
    }
    return JWKSet.parse(answer.body());
  }

  private static Optional<JWK> among(@Nullable JWKSet set, @Nullable String keyId) {
    if (set == null) {
      return Optional.empty();
    }
    if (keyId != null) {
      return Optional.ofNullable(set.getKeyByKeyId(keyId));
    }
    List<JWK> all = set.getKeys();
    return all.size() == 1 ? Optional.of(all.getFirst()) : Optional.empty();
  }
}
