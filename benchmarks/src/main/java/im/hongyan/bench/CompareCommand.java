package im.hongyan.bench;

import im.hongyan.bench.compare.ComparePlan;
import im.hongyan.bench.compare.CompareRun;
import im.hongyan.bench.compare.Comparison;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./hongyan bench compare}: Hongyan beside what its brokers can do alone. */
@Command(
    name = "compare",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Puts the same load on mosquitto and RabbitMQ alone, on Hongyan in one process and on"
          + " Hongyan's services on those brokers, one after the other, on scratch folders and free"
          + " ports of this machine.",
      "Latencies are those at the fixed rate; the throughput is that of a second load, as fast as"
          + " messages are confirmed.",
      "Ends with 0 where nothing was lost, doubled or out of order."
    })
final class CompareCommand implements Callable<Integer> {
  @Mixin private Results results = new Results();
  @Mixin private Sending sending = new Sending();

  @Option(
      names = "--rate",
      paramLabel = "R",
      defaultValue = "200",
      description = "messages a second of all together, for the latencies (200)")
  private int rate;

  @Option(
      names = "--seconds",
      paramLabel = "S",
      defaultValue = "30",
      description = "time of each of the ten loads (30)")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "10",
      description = "seconds of each before it is measured (10)")
  private int warmUp;

  @Option(
      names = "--drain",
      paramLabel = "S",
      defaultValue = "300",
      description = "seconds to wait at the end of each for what is under way (300)")
  private int drain;

  @Override
  public Integer call() throws IOException, InterruptedException {
    ComparePlan plan = plan();
    Path folder = Files.createTempDirectory("hongyan-compare-");
    try {
      CompareRun run = new CompareRun(plan, folder, results::progress);
      Comparison comparison = run.all(BenchMain.up(), BenchMain.home());
      results.out().print(comparison.text());
      results.write(comparison);
      return comparison.whole() ? 0 : 1;
    } finally {
      delete(folder);
    }
  }

  private ComparePlan plan() {
    try {
      return new ComparePlan(
          sending.users(),
          rate,
          sending.inFlight(),
          sending.bytes(),
          Duration.ofSeconds(warmUp),
          Duration.ofSeconds(seconds),
          Duration.ofSeconds(drain));
    } catch (IllegalArgumentException e) {
      throw results.usage(e.getMessage());
    }
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }
}
