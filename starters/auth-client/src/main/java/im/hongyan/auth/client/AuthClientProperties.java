package im.hongyan.auth.client;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How auth-bridge-service is asked.
 *
 * @param url where it listens, such as {@code http://127.0.0.1:8081}; without it there is no client
 * @param connectTimeout how long connecting may take
 * @param readTimeout how long an answer may take; longer than the bridge's own limit for the user
 *     system ({@code hongyan.user-system.time-limit})
 */
@ConfigurationProperties("hongyan.auth-client")
public record AuthClientProperties(
    String url,
    @DefaultValue("1s") Duration connectTimeout,
    @DefaultValue("8s") Duration readTimeout) {
  /** Checks the values. */
  public AuthClientProperties {
    positive("connect-timeout", connectTimeout);
    positive("read-timeout", readTimeout);
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.auth-client.%s: %s (expected: more than 0)".formatted(key, value));
    }
  }
}
