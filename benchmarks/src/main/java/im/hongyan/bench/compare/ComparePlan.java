package im.hongyan.bench.compare;

import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.server.Target;
import java.time.Duration;

/**
 * The load of a comparison, the same for all subjects.
 *
 * @param users how many are connected; each two of them write to each other
 * @param rate messages a second of all together, for the latencies
 * @param inFlight for the throughput: how many messages a user sends ahead of their confirmation
 * @param bytes how long a message is; in Hongyan, its text
 * @param warmUp how long before it is measured
 * @param duration how long it is measured
 * @param drain how long to wait at the end for what is under way
 */
public record ComparePlan(
    int users,
    int rate,
    int inFlight,
    int bytes,
    Duration warmUp,
    Duration duration,
    Duration drain) {
  /** Checks the numbers. */
  public ComparePlan {
    check("--users", users, 2, 100_000);
    check("--rate", rate, 1, 1_000_000);
    check("--in-flight", inFlight, 1, 1_000);
    check("--bytes", bytes, RawMessage.SHORTEST, 60_000);
    check("--seconds", duration.toSeconds(), 1, 86_400);
  }

  /** The users that have a partner. */
  int paired() {
    return users / 2 * 2;
  }

  /** The same load on Hongyan. */
  LoadPlan load(Pace pace, Target target, String tokenPrefix) {
    return LoadPlan.on(target)
        .users(users)
        .rate(pace == Pace.FIXED ? rate : 0)
        .inFlight(inFlight)
        .bytes(bytes)
        .warmUp(warmUp)
        .duration(duration)
        .drain(drain)
        .tokenPrefix(tokenPrefix)
        .build();
  }

  private static void check(String option, long value, long min, long max) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          option + ": " + value + " (expected: " + min + " to " + max + ")");
    }
  }
}
