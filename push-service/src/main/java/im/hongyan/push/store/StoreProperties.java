package im.hongyan.push.store;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the database is used.
 *
 * @param timeout how long it may take for one command
 */
@ConfigurationProperties("hongyan.push.store")
record StoreProperties(@DefaultValue("10s") Duration timeout) {
  /** Checks the range. */
  StoreProperties {
    if (!timeout.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.push.store.timeout: %s (expected: a positive duration)".formatted(timeout));
    }
  }
}
