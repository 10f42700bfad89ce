package im.hongyan.bench;

import im.hongyan.bench.idle.IdleCost;
import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.server.ServerProcess;
import im.hongyan.bench.server.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./hongyan bench idle}: what connections cost on which nothing happens. */
@Command(
    name = "idle",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Logs users in over MQTT who send nothing but MQTT's pings and heartbeats, and measures the"
          + " memory and the processor time that they cost a server of its own.",
      "Ends with 0 where each takes at most --kib, their heartbeats take at most --percent of a core"
          + " and all of them stay connected."
    })
final class IdleCommand implements Callable<Integer> {
  @Mixin private Results results = new Results();

  @Option(
      names = "--users",
      paramLabel = "N",
      defaultValue = "10000",
      description = "users, each with one connection (10000)")
  private int users;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "60",
      description = "time for which heartbeats are measured (60)")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "30",
      description = "seconds of heartbeats before that (30)")
  private int warmUp;

  @Option(
      names = "--interval",
      paramLabel = "S",
      defaultValue = "60",
      description = "seconds between two heartbeats of a user (60, as the protocol says)")
  private int interval;

  @Option(
      names = "--kib",
      paramLabel = "K",
      defaultValue = "40",
      description = "the largest good resident memory of each (40)")
  private double kib;

  @Option(
      names = "--percent",
      paramLabel = "P",
      defaultValue = "15",
      description = "the largest good processor time of all heartbeats (15)")
  private double percent;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (ScratchServer scratch = ScratchServer.start(List.of());
        LoadRun run =
            new LoadRun(
                plan(scratch.process().target()), ScratchServer.runName(), results::progress)) {
      IdleCost cost = measure(scratch.process(), run);
      results
          .out()
          .printf(
              "%n%,d connections%32s%12s%12s%n%-32s%12d%12d%12.1f%n%-32s%12d%12d%12.1f%n",
              users,
              "before",
              "after",
              "each",
              "resident memory, KiB",
              cost.residentBeforeKib(),
              cost.residentAfterKib(),
              cost.residentKibEach(),
              "kept on the heap, KiB",
              cost.liveBeforeKib(),
              cost.liveAfterKib(),
              cost.liveKibEach());
      results
          .out()
          .printf(
              "%-32s%12.1f%12.1f%12s%n%d heartbeats not answered, %d connections lost%n",
              "processor, % of a core",
              cost.restPercent(),
              cost.heartbeatPercent(),
              "",
              cost.unansweredHeartbeats(),
              cost.reconnected());
      results.write(cost);
      return cost.residentKibEach() <= kib
              && cost.heartbeatsAlonePercent() <= percent
              && cost.reconnected() == 0
          ? 0
          : 1;
    }
  }

  private IdleCost measure(ServerProcess server, LoadRun run)
      throws IOException, InterruptedException {
    server.awaitRest();
    long residentBefore = server.residentKib();
    long liveBefore = server.liveHeapKib();
    double rest = processor(server, warmUp);
    run.logIn();
    server.awaitRest();
    long residentAfter = server.residentKib();
    long liveAfter = server.liveHeapKib();
    run.beginHeartbeats(Duration.ofSeconds(interval));
    processor(server, warmUp);
    double beating = processor(server, seconds);
    return new IdleCost(
        users,
        residentBefore,
        residentAfter,
        liveBefore,
        liveAfter,
        rest,
        beating,
        run.unansweredHeartbeats(),
        run.reconnected());
  }

  private static double processor(ServerProcess server, int seconds) throws InterruptedException {
    Duration usedBefore = server.processorTime();
    long begun = System.nanoTime();
    TimeUnit.SECONDS.sleep(seconds);
    return IdleCost.percentOfCore(
        server.processorTime().minus(usedBefore), Duration.ofNanos(System.nanoTime() - begun));
  }

  private LoadPlan plan(Target target) {
    try {
      return LoadPlan.on(target).users(users).tokenPrefix(ScratchServer.TOKEN_PREFIX).build();
    } catch (IllegalArgumentException e) {
      throw results.usage(e.getMessage());
    }
  }
}
