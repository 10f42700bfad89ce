package im.hongyan.session.client;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How session-service is asked, and how long its answers are remembered.
 *
 * @param url where it listens, such as {@code http://127.0.0.1:8082}
 * @param connectTimeout how long connecting may take
 * @param readTimeout how long an answer may take
 * @param cacheSize how many sessions are remembered
 * @param cacheExpiry how long a session is remembered where no event says that it has changed: the
 *     net for events that were lost
 * @param recheckAfter how old a remembered refusal (no such session, not a member, ended) has to be
 *     before session-service is asked again
 */
@ConfigurationProperties("hongyan.session-client")
public record SessionClientProperties(
    String url,
    @DefaultValue("1s") Duration connectTimeout,
    @DefaultValue("5s") Duration readTimeout,
    @DefaultValue("100000") int cacheSize,
    @DefaultValue("5m") Duration cacheExpiry,
    @DefaultValue("200ms") Duration recheckAfter) {
  /** Checks the values. */
  public SessionClientProperties {
    positive("connect-timeout", connectTimeout);
    positive("read-timeout", readTimeout);
    positive("cache-expiry", cacheExpiry);
    positive("recheck-after", recheckAfter);
    if (cacheSize < 1) {
      throw new IllegalArgumentException(
          "hongyan.session-client.cache-size: %d (expected: at least 1)".formatted(cacheSize));
    }
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.session-client.%s: %s (expected: more than 0)".formatted(key, value));
    }
  }
}
