package im.hongyan.auth.connection;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The connections of users.
 *
 * @param heartbeatInterval how often a device says that it is there
 * @param missedHeartbeats after how many missed ones its connection counts as gone
 * @param sweepInterval how often connections that are gone are looked for
 * @param maxPerUser how many connections one user may have
 * @param resetAtStart whether all MQTT connections are removed at start; for the one process with
 *     its own broker, to which nobody is connected after a restart. Never with several instances
 */
@ConfigurationProperties("hongyan.connection")
public record ConnectionProperties(
    @DefaultValue("60s") Duration heartbeatInterval,
    @DefaultValue("3") int missedHeartbeats,
    @DefaultValue("10s") Duration sweepInterval,
    @DefaultValue("50") int maxPerUser,
    @DefaultValue("false") boolean resetAtStart) {
  /** Checks the values. */
  public ConnectionProperties {
    positive("heartbeat-interval", heartbeatInterval.toMillis());
    positive("missed-heartbeats", missedHeartbeats);
    positive("sweep-interval", sweepInterval.toMillis());
    positive("max-per-user", maxPerUser);
  }

  private static void positive(String key, long value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "hongyan.connection." + key + ": " + value + " (expected: more than 0)");
    }
  }

  /** How long a connection may be silent. */
  Duration silence() {
    return heartbeatInterval.multipliedBy(missedHeartbeats);
  }
}
