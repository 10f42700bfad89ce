package im.hongyan.session.notices;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How changes are told.
 *
 * @param confirmTimeout how long a request waits for the broker's confirm before it is answered
 *     with UNAVAILABLE; shorter than those who ask wait for the answer
 * @param sweepInterval pause between two looks for changes that were left untold
 */
@ConfigurationProperties("hongyan.session")
record NoticesProperties(
    @DefaultValue("3s") Duration confirmTimeout, @DefaultValue("5s") Duration sweepInterval) {
  NoticesProperties {
    if (!confirmTimeout.isPositive() || !sweepInterval.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.session: confirm-timeout %s, sweep-interval %s (expected: more than 0)"
              .formatted(confirmTimeout, sweepInterval));
    }
  }
}
