package im.hongyan.bench.chaos;

import im.hongyan.bench.chaos.Fault.Need;
import im.hongyan.processes.fault.MovableClock;
import im.hongyan.processes.suite.Brokers;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.SuiteOptions;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./hongyan chaos}: what the suite promises holds while its parts die. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts the suite as separate processes on real brokers of this machine and tries one fault"
          + " after the other under load.",
      "After each: nothing that was accepted is lost, doubled or out of order, messages come as"
          + " before within a stated time, and health has told the truth. Ends with 0 where all of"
          + " that held."
    })
public final class ChaosCommand implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(names = "--short", description = "the faults that most often find something, 8 minutes")
  private boolean brief;

  @Option(
      names = "--brokers",
      paramLabel = "rabbitmq|mosquitto",
      defaultValue = "mosquitto",
      description = "RabbitMQ for everything, or mosquitto for clients (mosquitto)")
  private String brokers = "mosquitto";

  @Option(names = "--only", paramLabel = "FAULT", split = ",", description = "only these faults")
  private List<String> only = new ArrayList<>();

  @Option(names = "--list", description = "only names the faults")
  private boolean list;

  @Option(names = "--json", paramLabel = "FILE", description = "writes the report to a file")
  private @Nullable Path json;

  @Option(names = "--keep", description = "keeps the folder with data and logs")
  private boolean keep;

  /** The entry point. */
  public static void main(String[] args) {
    int code =
        new CommandLine(new ChaosCommand())
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  line.getErr().println("hongyan chaos: " + failure.getMessage());
                  return 1;
                })
            .execute(args);
    System.exit(code);
  }

  @Override
  public Integer call() throws Exception {
    Brokers chosen = Brokers.named(brokers);
    List<Fault> faults = chosenOf(Faults.on(chosen));
    if (list) {
      faults.forEach(fault -> out().println(fault.name()));
      return 0;
    }
    Path folder = Files.createTempDirectory("hongyan-chaos-");
    List<Outcome> outcomes;
    try {
      outcomes = tried(faults, options(chosen, faults, folder));
    } finally {
      if (keep) {
        out().println("Data and logs are in " + folder);
      } else {
        delete(folder);
      }
    }
    if (json != null) {
      JsonMapper mapper = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
      Files.write(json, mapper.writeValueAsBytes(outcomes));
    }
    return outcomes.stream().allMatch(Outcome::good) ? 0 : 1;
  }

  private List<Fault> chosenOf(List<Fault> faults) {
    List<String> names = faults.stream().map(Fault::name).toList();
    only.stream()
        .filter(name -> !names.contains(name))
        .findFirst()
        .ifPresent(
            name -> {
              throw new IllegalArgumentException(
                  "--only: %s (expected: of %s)".formatted(name, names));
            });
    return faults.stream().filter(this::isChosen).filter(this::canBeTried).toList();
  }

  private boolean isChosen(Fault fault) {
    if (only.isEmpty()) {
      return fault.brief() || !brief;
    }
    return only.contains(fault.name()) || fault.equals(Faults.NOTHING);
  }

  private boolean canBeTried(Fault fault) {
    if (fault.need() == Need.MOVABLE_CLOCK && !MovableClock.isInstalled()) {
      out().println(fault.name() + " is left out: libfaketime is not installed (package faketime)");
      return false;
    }
    return true;
  }

  private static SuiteOptions options(Brokers chosen, List<Fault> faults, Path folder) {
    Path home = Path.of(System.getProperty("hongyan.home", "."));
    SuiteOptions options = SuiteOptions.in(home, folder, chosen).withBreakableLinks();
    if (faults.stream().anyMatch(fault -> fault.need() == Need.MOVABLE_CLOCK)) {
      options = options.withMovableClocks();
    }
    return options.replicated(2);
  }

  private List<Outcome> tried(List<Fault> faults, SuiteOptions options) throws Exception {
    PrintWriter out = out();
    out.println("Starting the suite in " + options.folder());
    out.flush();
    List<Outcome> outcomes = new ArrayList<>();
    try (RunningSuite suite = RunningSuite.start(options)) {
      out.printf(
          "%-24s%9s%9s%9s%7s%9s%11s%12s%9s%n",
          "fault",
          "lasts s",
          "sent",
          "accepted",
          "lost",
          "doubled",
          "reordered",
          "recovery s",
          "heap MiB");
      MemoryBaseline memory = new MemoryBaseline(suite);
      for (Fault fault : faults) {
        String name = Long.toString(Clock.systemUTC().millis(), Character.MAX_RADIX);
        Outcome outcome = new FaultTrial(suite, fault, memory).run(name);
        outcomes.add(outcome);
        out.printf(
            Locale.ROOT,
            "%-24s%9.1f%9d%9d%7d%9d%11d%12.1f%9d%n",
            outcome.fault(),
            outcome.seconds(),
            outcome.sent(),
            outcome.accepted(),
            outcome.lost(),
            outcome.duplicated(),
            outcome.reordered(),
            outcome.recoverySeconds(),
            outcome.heapMegabytes());
        outcome.problems().forEach(problem -> out.println("    " + problem));
        out.flush();
      }
    }
    return outcomes;
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  private PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    return spec.commandLine().getOut();
  }
}
