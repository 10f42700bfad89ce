package im.hongyan.bench.compare;

import im.hongyan.bench.history.Verdict;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.load.StoredMessages;
import im.hongyan.bench.server.ServerProcess;
import im.hongyan.bench.server.Target;
import im.hongyan.local.LocalMosquitto;
import im.hongyan.local.LocalRabbit;
import im.hongyan.processes.suite.Brokers;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.SuiteOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;

/**
 * Loads the brokers alone, Hongyan in one process and Hongyan on the brokers, one after the other:
 * nothing of one runs while another is loaded.
 */
public final class CompareRun {
  private static final String TOKEN_PREFIX = "demo-";
  private static final List<String> ANY_OPERATOR_PORT = List.of("--operator-port", "0");

  private final ComparePlan plan;
  private final Path folder;
  private final Consumer<String> progress;

  /**
   * A comparison that has not begun.
   *
   * @param folder an empty folder for the data of all
   * @param progress told what is going on
   */
  public CompareRun(ComparePlan plan, Path folder, Consumer<String> progress) {
    this.plan = plan;
    this.folder = folder;
    this.progress = progress;
  }

  /**
   * Measures all.
   *
   * @param up the command that starts Hongyan in one process, without options
   * @param home the project, with the services' jars
   * @throws IllegalStateException where a broker is not installed
   */
  public Comparison all(List<String> up, Path home) throws IOException, InterruptedException {
    if (!LocalMosquitto.isInstalled() || !LocalRabbit.isInstalled()) {
      throw new IllegalStateException(
          "mosquitto and RabbitMQ are needed (Debian packages mosquitto and rabbitmq-server)");
    }
    List<Measured> measured = new ArrayList<>(brokersAlone());
    measured.add(oneProcess(up));
    measured.add(services(home));
    return new Comparison(plan, measured);
  }

  private List<Measured> brokersAlone() throws IOException, InterruptedException {
    try (ScratchMosquitto mosquitto = new ScratchMosquitto(folder.resolve("mosquitto-alone"))) {
      Measured mosquittoAlone = mosquittoAlone(mosquitto);
      try (ScratchRabbit rabbit = new ScratchRabbit(folder.resolve("rabbitmq-alone"))) {
        return List.of(mosquittoAlone, rabbitAlone(rabbit), bothBrokers(mosquitto, rabbit));
      }
    }
  }

  Measured mosquittoAlone(ScratchMosquitto mosquitto) throws IOException, InterruptedException {
    return raw(
        Subject.MOSQUITTO_ALONE,
        (loop, passage) -> MosquittoWay.open(plan, mosquitto, loop, passage));
  }

  Measured rabbitAlone(ScratchRabbit rabbit) throws IOException, InterruptedException {
    return raw(
        Subject.RABBITMQ_ALONE,
        (loop, passage) -> new RabbitWay(plan, rabbit.uri(), loop, passage));
  }

  Measured bothBrokers(ScratchMosquitto mosquitto, ScratchRabbit rabbit)
      throws IOException, InterruptedException {
    return raw(
        Subject.BOTH_BROKERS,
        (loop, passage) -> new RelayWay(plan, mosquitto, rabbit.uri(), loop, passage));
  }

  private Measured raw(Subject subject, Way.Opening opening)
      throws IOException, InterruptedException {
    progress.accept(subject.title() + " ...");
    return new Measured(
        subject,
        new RawLoad(plan, Pace.FIXED).run(opening),
        new RawLoad(plan, Pace.AS_CONFIRMED).run(opening));
  }

  private Measured oneProcess(List<String> up) throws IOException, InterruptedException {
    progress.accept(Subject.ONE_PROCESS.title() + " ...");
    try (ServerProcess server =
        ServerProcess.start(up, folder.resolve("one-process"), ANY_OPERATOR_PORT)) {
      return hongyan(Subject.ONE_PROCESS, server.target());
    }
  }

  private Measured services(Path home) throws InterruptedException {
    progress.accept(Subject.SERVICES.title() + " ...");
    SuiteOptions options =
        SuiteOptions.in(home, folder.resolve("services"), Brokers.RABBITMQ_AND_MOSQUITTO);
    try (RunningSuite suite = RunningSuite.start(options)) {
      return hongyan(Subject.SERVICES, new Target(suite.mqtt(), suite.http()));
    }
  }

  private Measured hongyan(Subject subject, Target target) throws InterruptedException {
    return new Measured(subject, hongyan(Pace.FIXED, target), hongyan(Pace.AS_CONFIRMED, target));
  }

  private Figures hongyan(Pace pace, Target target) throws InterruptedException {
    String name = pace.name().toLowerCase(Locale.ROOT).replace('_', '-');
    try (LoadRun run = new LoadRun(plan.load(pace, target, TOKEN_PREFIX), name, line -> {});
        StoredMessages stored = new StoredMessages(target.http(), TOKEN_PREFIX)) {
      run.setUp();
      run.run();
      Verdict verdict = run.audit(stored);
      verdict.examples().forEach(progress);
      return new Figures(
          run.throughput(),
          verdict.sent(),
          verdict.accepted(),
          verdict.delivered(),
          verdict.kept() && verdict.accepted() == verdict.sent(),
          verdict.sendToReplyMs(),
          verdict.sendToPushMs());
    }
  }
}
