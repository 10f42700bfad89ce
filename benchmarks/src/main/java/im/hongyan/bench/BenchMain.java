package im.hongyan.bench;

import im.hongyan.bench.history.Verdict;
import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.load.StoredMessages;
import im.hongyan.bench.server.ServerProcess;
import im.hongyan.bench.server.Target;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./hongyan bench}: loads a server and proves what it delivered. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    subcommands = {FlatCommand.class, IdleCommand.class, DrainCommand.class, CompareCommand.class},
    description = {
      "Logs users in over MQTT, sends one-to-one or group messages, and checks that none that was"
          + " accepted is lost, doubled or out of order.",
      "Without --mqtt and --http it starts a server of its own on a scratch folder."
    },
    footer = "Single parts: ./hongyan bench micro --help")
public final class BenchMain implements Callable<Integer> {
  @Mixin private Results results = new Results();
  @Mixin private Sending sending = new Sending();

  @Option(
      names = "--rate",
      paramLabel = "R|max",
      defaultValue = "200",
      description = "messages a second of all together, or max: as fast as they are answered (200)")
  private String rate = "";

  @Option(names = "--seconds", paramLabel = "S", defaultValue = "30", description = "time (30)")
  private int seconds;

  @Option(
      names = "--warm-up",
      paramLabel = "S",
      defaultValue = "10",
      description = "seconds before latencies count (10)")
  private int warmUp;

  @Option(
      names = "--group",
      paramLabel = "K",
      defaultValue = "2",
      description = "members of a session (2: one to one)")
  private int group;

  @Option(
      names = "--senders",
      paramLabel = "N",
      description = "how many of a session's members send (all)")
  private @Nullable Integer senders;

  @Option(
      names = "--ack-qos",
      paramLabel = "0|1",
      defaultValue = "1",
      description = "MQTT quality of service of the acknowledgements (1)")
  private int ackQos;

  @Option(names = "--mqtt", paramLabel = "HOST:PORT", description = "a server's MQTT address")
  private @Nullable String mqtt;

  @Option(names = "--http", paramLabel = "URL", description = "the same server's gateway")
  private @Nullable String http;

  @Option(
      names = "--token-prefix",
      paramLabel = "TEXT",
      defaultValue = "demo-",
      description = "what makes a user id a token (demo-)")
  private String tokenPrefix = "";

  /** The entry point; ends with 0 where every promise was kept, else 1. */
  public static void main(String[] args) {
    int code =
        new CommandLine(new BenchMain())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  line.getErr().println("hongyan bench: " + failure.getMessage());
                  return 1;
                })
            .execute(args);
    System.exit(code);
  }

  @Override
  public Integer call() throws IOException, InterruptedException {
    if ((mqtt == null) != (http == null)) {
      throw results.usage("--mqtt and --http go together");
    }
    if (mqtt != null && http != null) {
      return run(Target.of(mqtt, http), null);
    }
    results.progress("Starting a server of its own on a scratch folder");
    try (ScratchServer server = ScratchServer.start(List.of())) {
      return run(server.process().target(), server.process());
    }
  }

  /** The command that starts a server. */
  static List<String> up() {
    return List.of(home().resolve("hongyan").toString(), "up");
  }

  /** The project. */
  static Path home() {
    return Path.of(System.getProperty("hongyan.home", ".")).toAbsolutePath().normalize();
  }

  private int run(Target target, @Nullable ServerProcess server)
      throws IOException, InterruptedException {
    LoadPlan plan = plan(target);
    try (LoadRun run = new LoadRun(plan, ScratchServer.runName(), results::progress);
        StoredMessages stored = new StoredMessages(target.http(), tokenPrefix)) {
      if (server != null) {
        results.out().printf("Resident memory, idle: %,d MiB%n", server.residentKib() / 1024);
      }
      run.setUp();
      Duration before = server == null ? Duration.ZERO : server.processorTime();
      run.run();
      Duration used = server == null ? Duration.ZERO : server.processorTime().minus(before);
      Verdict verdict = run.audit(stored);
      Report report =
          new Report(
              verdict,
              group,
              run.throughput(),
              run.refusals(),
              server == null ? null : used.toNanos() / 1e6 / Math.max(1, verdict.delivered()));
      results.out().println(report.text());
      if (server != null) {
        results.out().printf("Resident memory, after: %,d MiB%n", server.residentKib() / 1024);
      }
      results.write(report);
      return verdict.kept() && verdict.accepted() > 0 ? 0 : 1;
    }
  }

  private LoadPlan plan(Target target) {
    try {
      return sending
          .plan(target)
          .rate(rate.equals("max") ? 0 : rate())
          .group(group)
          .senders(senders)
          .warmUp(Duration.ofSeconds(warmUp))
          .duration(Duration.ofSeconds(seconds))
          .drain(Duration.ofSeconds(60))
          .ackQos(ackQos)
          .tokenPrefix(tokenPrefix)
          .build();
    } catch (IllegalArgumentException e) {
      throw results.usage(e.getMessage());
    }
  }

  private int rate() {
    try {
      int number = Integer.parseInt(rate);
      if (number > 0) {
        return number;
      }
    } catch (NumberFormatException e) {
      // Told below, with what was expected.
    }
    throw results.usage("--rate: " + rate + " (expected: a number from 1, or max)");
  }
}
