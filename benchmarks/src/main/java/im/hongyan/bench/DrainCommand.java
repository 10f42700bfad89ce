package im.hongyan.bench;

import im.hongyan.bench.drain.BacklogDrain;
import im.hongyan.bench.drain.DrainRates;
import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.load.StoredMessages;
import im.hongyan.bench.server.Target;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./hongyan bench drain}: how fast a backlog is delivered. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Delivers messages to receivers who are there, then lets the receivers leave, stores as many"
          + " messages for them, lets them come back, and compares both rates, on a server of its"
          + " own without rate limits.",
      "Ends with 0 where the backlog comes at least --at-least times as fast, and nothing was lost,"
          + " doubled or out of order."
    })
final class DrainCommand implements Callable<Integer> {
  @Mixin private Results results = new Results();
  @Mixin private Sending sending = new Sending();

  @Option(
      names = "--messages",
      paramLabel = "N",
      defaultValue = "100000",
      description = "messages each time (100000)")
  private int messages;

  @Option(
      names = "--warm-up",
      paramLabel = "N",
      defaultValue = "20000",
      description = "messages before it is measured (20000)")
  private int warmUp;

  @Option(
      names = "--at-least",
      paramLabel = "X",
      defaultValue = "1",
      description = "the smallest good ratio (1)")
  private double atLeast;

  @Override
  public Integer call() throws IOException, InterruptedException {
    try (ScratchServer server = ScratchServer.start(ScratchServer.NO_LIMITS);
        LoadRun run =
            new LoadRun(
                plan(server.process().target()), ScratchServer.runName(), results::progress);
        StoredMessages stored =
            new StoredMessages(server.process().target().http(), ScratchServer.TOKEN_PREFIX)) {
      DrainRates rates =
          new BacklogDrain(run, server.process(), stored, results::progress)
              .measure(messages, warmUp);
      results
          .out()
          .printf(
              "%n%-32s%,12.0f/s%n%-32s%,12.0f/s%n%-32s%12.2f%n",
              "receivers there", rates.live(), "backlog", rates.backlog(), "ratio", rates.ratio());
      results.write(rates);
      return rates.kept() && rates.ratio() >= atLeast ? 0 : 1;
    }
  }

  private LoadPlan plan(Target target) {
    try {
      return sending.plan(target).senders(1).tokenPrefix(ScratchServer.TOKEN_PREFIX).build();
    } catch (IllegalArgumentException e) {
      throw results.usage(e.getMessage());
    }
  }
}
