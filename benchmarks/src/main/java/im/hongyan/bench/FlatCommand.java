package im.hongyan.bench;

import im.hongyan.bench.flat.Cost;
import im.hongyan.bench.flat.FlatCost;
import im.hongyan.bench.server.ServerProcess;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./hongyan bench flat}: what operations cost with few and with many messages stored. */
@Command(
    name = "flat",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures a history page, a backlog read and a send while few messages are stored and while"
          + " many are, on a server of its own without rate limits.",
      "Ends with 0 where none takes more than --at-most times as long."
    })
final class FlatCommand implements Callable<Integer> {
  private static final List<String> NO_LIMITS =
      List.of(
          "--set", "hongyan.ingest.rate-limit.per-second=1000000",
          "--set", "hongyan.ingest.rate-limit.burst=1000000",
          "--set", "hongyan.gateway.limits.user-rate=1000000",
          "--set", "hongyan.gateway.limits.user-burst=1000000");

  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--few", paramLabel = "N", defaultValue = "1000", description = "few (1000)")
  private int few;

  @Option(
      names = "--many",
      paramLabel = "N",
      defaultValue = "100000",
      description = "many (100000)")
  private int many;

  @Option(
      names = "--at-most",
      paramLabel = "X",
      defaultValue = "1.5",
      description = "the largest good ratio (1.5)")
  private double atMost;

  @Option(names = "--json", paramLabel = "FILE", description = "writes the figures to a file")
  private @Nullable Path json;

  @Override
  public Integer call() throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("hongyan-bench-");
    PrintWriter out = out();
    try (ServerProcess server =
            ServerProcess.start(BenchMain.up(), scratch.resolve("data"), NO_LIMITS);
        FlatCost flat =
            new FlatCost(
                server.target(),
                "demo-",
                Long.toString(Clock.systemUTC().millis(), Character.MAX_RADIX),
                out::println)) {
      Map<String, Cost> costs = flat.measure(few, many);
      out.printf("%n%-22s%,14d%,14d%10s%n", "median, ms", few, many, "ratio");
      costs.forEach(
          (what, cost) ->
              out.printf(
                  "%-22s%14.2f%14.2f%10.2f%n", what, cost.fewMs(), cost.manyMs(), cost.ratio()));
      out.flush();
      if (json != null) {
        JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.write(json, mapper.writeValueAsBytes(costs));
      }
      return costs.values().stream().allMatch(cost -> cost.ratio() <= atMost) ? 0 : 1;
    } finally {
      Files.deleteIfExists(scratch);
    }
  }

  private PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec.commandLine().getOut();
  }
}
