package im.hongyan.bench.flat;

import im.hongyan.bench.history.Verdict;
import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.server.ServerProcess;
import java.time.Duration;

/** The same load at any time: what a message takes while many users send. */
final class SteadyLoad {
  private static final int USERS = 200;
  private static final int RATE = 200;
  private static final Duration WARM_UP = Duration.ofSeconds(15);
  private static final Duration MEASURED = Duration.ofSeconds(20);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final ServerProcess server;
  private final String runName;
  private final LoadPlan plan;
  private int times;

  SteadyLoad(ServerProcess server, String tokenPrefix, String runName, int bytes) {
    this.server = server;
    this.runName = runName;
    this.plan =
        LoadPlan.on(server.target())
            .users(USERS)
            .rate(RATE)
            .bytes(bytes)
            .warmUp(WARM_UP)
            .duration(MEASURED)
            .drain(PATIENCE)
            .tokenPrefix(tokenPrefix)
            .build();
  }

  Taken run() throws InterruptedException {
    try (LoadRun run = new LoadRun(plan, runName + "-load" + times++, line -> {})) {
      run.setUp();
      server.awaitRest();
      Duration before = server.processorTime();
      Verdict verdict = run.run();
      Duration used = server.processorTime().minus(before);
      if (!verdict.kept() || verdict.delivered() != verdict.sent()) {
        throw new IllegalStateException("not all that was sent has come: " + verdict);
      }
      return new Taken(verdict.sendToPushMs().p50(), used.toNanos() / 1e6 / verdict.delivered());
    }
  }

  /**
   * What a message took.
   *
   * @param toPushMs from when it was due to its push, the median
   * @param processorMs the server's processor time
   */
  record Taken(double toPushMs, double processorMs) {}
}
