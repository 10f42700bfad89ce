package im.hongyan.ingest.limit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much one user may ask for, acknowledgements and heartbeats aside.
 *
 * @param perSecond commands a second in the long run
 * @param burst commands at once
 * @param trackedUsers users whose use is remembered; beyond that the longest silent are forgotten
 */
@ConfigurationProperties("hongyan.ingest.rate-limit")
record RateLimitProperties(
    @DefaultValue("100") long perSecond,
    @DefaultValue("1000") long burst,
    @DefaultValue("200000") int trackedUsers) {
  RateLimitProperties {
    positive("per-second", perSecond);
    positive("burst", burst);
    positive("tracked-users", trackedUsers);
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "hongyan.ingest.rate-limit.%s: %d (expected: at least 1)".formatted(name, value));
    }
  }
}
