package im.hongyan.bench.flat;

import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.server.Target;
import java.time.Duration;

/** Users of a server who are away: each has logged in, has a session and has sent a message. */
final class Population {
  private static final int AT_ONCE = 1_000;
  private static final int IN_FLIGHT = 1;
  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final Target target;
  private final String tokenPrefix;
  private final String runName;
  private int users;

  Population(Target target, String tokenPrefix, String runName) {
    this.target = target;
    this.tokenPrefix = tokenPrefix;
    this.runName = runName;
  }

  /** Adds users until there are {@code total}, as many at a time as can be connected. */
  void growTo(int total) throws InterruptedException {
    while (users < total) {
      int some = Math.min(AT_ONCE, total - users);
      LoadPlan plan =
          LoadPlan.on(target)
              .users(some)
              .inFlight(IN_FLIGHT)
              .bytes(1)
              .duration(PATIENCE)
              .drain(PATIENCE)
              .tokenPrefix(tokenPrefix)
              .build();
      try (LoadRun run = new LoadRun(plan, runName + "-" + users, line -> {})) {
        run.setUp();
        run.run(some);
      }
      users += some;
    }
  }
}
