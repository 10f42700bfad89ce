package im.hongyan.bench;

import im.hongyan.bench.flat.Cost;
import im.hongyan.bench.flat.FlatCost;
import im.hongyan.bench.flat.Growth;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./hongyan bench flat}: what operations cost with few and with many messages or users. */
@Command(
    name = "flat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a history page, a backlog read, a send and a message among 200 users while there"
          + " are few messages or users and while there are many, on a server of its own without"
          + " rate limits.",
      "Ends with 0 where none takes more than --at-most times as long."
    })
final class FlatCommand implements Callable<Integer> {
  @Mixin private Results results = new Results();

  @Option(
      names = "--of",
      paramLabel = "messages|users",
      defaultValue = "messages",
      description = "what there are few and many of (messages)")
  private Growth growth = Growth.MESSAGES;

  @Option(names = "--few", paramLabel = "N", description = "few (1000 messages, 100 users)")
  private @Nullable Integer few;

  @Option(names = "--many", paramLabel = "N", description = "many (200000 messages, 20000 users)")
  private @Nullable Integer many;

  @Option(
      names = "--at-most",
      paramLabel = "X",
      defaultValue = "1.2",
      description = "the largest good ratio (1.2)")
  private double atMost;

  @Override
  public Integer call() throws IOException, InterruptedException {
    int less = few == null ? growth.few() : few;
    int more = many == null ? growth.many() : many;
    try (ScratchServer server = ScratchServer.start(ScratchServer.NO_LIMITS);
        FlatCost flat =
            new FlatCost(
                server.process(),
                ScratchServer.TOKEN_PREFIX,
                ScratchServer.runName(),
                results::progress)) {
      Map<String, Cost> costs = flat.measure(growth, less, more);
      results.out().printf("%n%-24s%,14d%,14d%10s%n", growth + ", ms", less, more, "ratio");
      costs.forEach(
          (what, cost) ->
              results
                  .out()
                  .printf(
                      "%-24s%14.2f%14.2f%10.2f%n",
                      what, cost.fewMs(), cost.manyMs(), cost.ratio()));
      results.write(costs);
      return costs.values().stream().allMatch(cost -> cost.ratio() <= atMost) ? 0 : 1;
    }
  }
}
