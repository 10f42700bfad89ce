package im.hongyan.bench.micro;

import java.util.concurrent.Callable;
import org.openjdk.jmh.runner.NoBenchmarksException;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ./hongyan bench micro}: measures single parts and prints a table. */
@Command(
    name = "bench micro",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Measures single parts by JMH: reading and writing the protocol's JSON, the choice of a"
          + " partition, the search for listed words, one receiver's outbox.",
      "Ends with 0 where all that were chosen could be measured."
    })
public final class MicroCommand implements Callable<Integer> {
  @Parameters(
      paramLabel = "PATTERN",
      arity = "0..1",
      defaultValue = ".*",
      description = "a regular expression, found in the names of what is measured (all)")
  private String pattern = ".*";

  @Option(names = "--forks", paramLabel = "N", defaultValue = "1", description = "JVMs each (1)")
  private int forks;

  @Option(
      names = "--warm-ups",
      paramLabel = "N",
      defaultValue = "2",
      description = "seconds that do not count (2)")
  private int warmUps;

  @Option(
      names = "--iterations",
      paramLabel = "N",
      defaultValue = "3",
      description = "seconds that count (3)")
  private int iterations;

  /** The entry point; ends with 0 where all that were chosen could be measured. */
  public static void main(String[] args) {
    System.exit(run(args));
  }

  static int run(String... args) {
    return new CommandLine(new MicroCommand())
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> {
              line.getErr().println("hongyan bench micro: " + failure.getMessage());
              return 1;
            })
        .execute(args);
  }

  @Override
  public Integer call() throws RunnerException {
    Options options =
        new OptionsBuilder()
            .include(pattern)
            .forks(forks)
            .warmupIterations(warmUps)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(iterations)
            .measurementTime(TimeValue.seconds(1))
            .shouldFailOnError(true)
            .build();
    try {
      new Runner(options).run();
    } catch (NoBenchmarksException e) {
      throw new IllegalArgumentException(
          "PATTERN: %s (expected: one that is found in a name)".formatted(pattern), e);
    }
    return 0;
  }
}
