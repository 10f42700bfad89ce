package im.hongyan.processes;

import im.hongyan.processes.suite.Brokers;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.SuiteOptions;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code ./hongyan suite}: every service as a process of its own, on real brokers. */
@Command(
    name = "suite",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description = {
      "Starts RabbitMQ (and mosquitto) as installed on this machine, a document store, and every"
          + " service as a process of its own, told by environment variables alone where the others"
          + " are.",
      "For trying how the parts run apart: all of it listens on the loopback address, and mosquitto"
          + " does not check tokens."
    })
public final class SuiteMain implements Callable<Integer> {
  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      defaultValue = "./suite-data",
      description = "folder for data and logs (./suite-data)")
  private Path data = Path.of("suite-data");

  @Option(
      names = "--brokers",
      paramLabel = "rabbitmq|mosquitto",
      defaultValue = "rabbitmq",
      description =
          "rabbitmq: for everything; mosquitto: for clients, with RabbitMQ behind (rabbitmq)")
  private String brokers = "rabbitmq";

  @Option(
      names = "--replicas",
      paramLabel = "N",
      defaultValue = "1",
      description = "processes each of moderation, push and, except with mosquitto, ingest (1)")
  private int replicas = 1;

  @Option(names = "--port", paramLabel = "N", defaultValue = "8080", description = "HTTP (8080)")
  private int port;

  @Option(
      names = "--mqtt-port",
      paramLabel = "N",
      defaultValue = "1883",
      description = "MQTT (1883)")
  private int mqttPort;

  /** The entry point; runs until it is told to end. */
  public static void main(String[] args) {
    int code =
        new CommandLine(new SuiteMain())
            .setExecutionExceptionHandler(
                (failure, line, parsed) -> {
                  line.getErr().println("hongyan suite: " + failure.getMessage());
                  return 1;
                })
            .execute(args);
    System.exit(code);
  }

  @Override
  public Integer call() throws InterruptedException {
    Path home = Path.of(System.getProperty("hongyan.home", "."));
    Brokers chosen = Brokers.named(brokers);
    SuiteOptions options =
        SuiteOptions.in(home, data, chosen).replicated(replicas).onPorts(port, mqttPort);
    say("Starting; logs are in " + data.toAbsolutePath().normalize());
    RunningSuite suite = RunningSuite.start(options);
    Runtime.getRuntime().addShutdownHook(new Thread(suite::close, "end"));
    for (var replica : suite.all()) {
      say("  %-26s pid %-7d port %d".formatted(replica, replica.process().pid(), replica.port()));
    }
    say("  %-26s pid %d".formatted("rabbitmq", suite.rabbit().process().pid()));
    suite
        .mosquitto()
        .ifPresent(m -> say("  %-26s pid %d".formatted("mosquitto", m.process().pid())));
    say("Ready: %s, MQTT %s:%d".formatted(suite.http(), "127.0.0.1", suite.mqtt().getPort()));
    new CountDownLatch(1).await();
    return 0;
  }

  private void say(String line) {
    if (spec == null) {
      throw new IllegalStateException("not run by picocli");
    }
    PrintWriter out = spec.commandLine().getOut();
    out.println(line);
    out.flush();
  }
}
