package im.hongyan.ingest.limit;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How much one user may send.
 *
 * @param perSecond commands a second in the long run, acknowledgements and heartbeats aside
 * @param burst commands at once
 * @param inputPerSecond whatever he sends, acknowledgements, heartbeats and what cannot be read
 *     included; each started 4 KiB count as one; never less than {@code perSecond}
 * @param inputBurst of that at once; never less than {@code burst}
 * @param trackedUsers users whose use is remembered; beyond that the longest silent are forgotten
 */
@ConfigurationProperties("hongyan.ingest.rate-limit")
record RateLimitProperties(
    @DefaultValue("100") long perSecond,
    @DefaultValue("1000") long burst,
    @DefaultValue("5000") long inputPerSecond,
    @DefaultValue("20000") long inputBurst,
    @DefaultValue("200000") int trackedUsers) {
  RateLimitProperties {
    positive("per-second", perSecond);
    positive("burst", burst);
    positive("input-per-second", inputPerSecond);
    positive("input-burst", inputBurst);
    positive("tracked-users", trackedUsers);
    inputPerSecond = Math.max(inputPerSecond, perSecond);
    inputBurst = Math.max(inputBurst, burst);
  }

  private static void positive(String name, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "hongyan.ingest.rate-limit.%s: %d (expected: at least 1)".formatted(name, value));
    }
  }
}
