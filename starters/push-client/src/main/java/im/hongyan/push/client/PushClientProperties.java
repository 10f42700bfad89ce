package im.hongyan.push.client;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How push-service is asked.
 *
 * @param url where it listens, such as {@code http://127.0.0.1:8085}
 * @param connectTimeout how long connecting may take
 * @param readTimeout how long an answer may take
 */
@ConfigurationProperties("hongyan.push-client")
record PushClientProperties(
    String url,
    @DefaultValue("1s") Duration connectTimeout,
    @DefaultValue("3s") Duration readTimeout) {
  /** Checks the values. */
  PushClientProperties {
    positive("connect-timeout", connectTimeout);
    positive("read-timeout", readTimeout);
  }

  private static void positive(String key, Duration value) {
    if (!value.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.push-client.%s: %s (expected: more than 0)".formatted(key, value));
    }
  }
}
