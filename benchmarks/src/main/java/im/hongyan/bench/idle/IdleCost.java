package im.hongyan.bench.idle;

import java.time.Duration;

/**
 * What idle connections cost a server.
 *
 * @param connections how many
 * @param residentBeforeKib the server's resident memory without them
 * @param residentAfterKib the same with all of them logged in
 * @param liveBeforeKib what the server's heap keeps without them
 * @param liveAfterKib what it keeps with all of them
 * @param restPercent processor time without them, as percent of a core
 * @param heartbeatPercent the same while they say that they are there
 * @param unansweredHeartbeats heartbeats that were not answered
 * @param reconnected how many lost their connection
 */
public record IdleCost(
    int connections,
    long residentBeforeKib,
    long residentAfterKib,
    long liveBeforeKib,
    long liveAfterKib,
    double restPercent,
    double heartbeatPercent,
    long unansweredHeartbeats,
    long reconnected) {
  /** Resident memory of each, in KiB. */
  public double residentKibEach() {
    return (double) (residentAfterKib - residentBeforeKib) / connections;
  }

  /** What the heap keeps for each, in KiB. */
  public double liveKibEach() {
    return (double) (liveAfterKib - liveBeforeKib) / connections;
  }

  /** What the heartbeats of all take, as percent of a core. */
  public double heartbeatsAlonePercent() {
    return heartbeatPercent - restPercent;
  }

  /** The part of a core that {@code used} is within {@code time}, in percent. */
  public static double percentOfCore(Duration used, Duration time) {
    return 100.0 * used.toNanos() / time.toNanos();
  }
}
