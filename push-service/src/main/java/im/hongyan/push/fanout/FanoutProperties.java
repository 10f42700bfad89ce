package im.hongyan.push.fanout;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How messages are fanned out.
 *
 * @param maxSessions how many sessions of one partition are held in memory
 * @param readMaxMembers in larger sessions nobody but a reader himself is told how far he has read
 * @param confirmTimeout how long the outboxes' stream may take to confirm what it was told
 */
@ConfigurationProperties("hongyan.push.fanout")
record FanoutProperties(
    @DefaultValue("20000") int maxSessions,
    @DefaultValue("200") int readMaxMembers,
    @DefaultValue("30s") Duration confirmTimeout) {
  /** Checks the ranges. */
  FanoutProperties {
    if (maxSessions < 1) {
      throw new IllegalArgumentException(
          "hongyan.push.fanout.max-sessions: %d (expected: at least 1)".formatted(maxSessions));
    }
    if (!confirmTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.push.fanout.confirm-timeout: %s (expected: a positive duration)"
              .formatted(confirmTimeout));
    }
  }
}
