package im.hongyan.bench.drain;

import im.hongyan.bench.history.Verdict;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.load.StoredMessages;
import im.hongyan.bench.server.ServerProcess;
import java.util.function.Consumer;

/**
 * The same messages twice: first to receivers who are there, then to receivers who are away and
 * come back once all of them are stored.
 */
public final class BacklogDrain {
  private final LoadRun run;
  private final ServerProcess server;
  private final StoredMessages stored;
  private final Consumer<String> progress;

  /**
   * A measurement that has not begun.
   *
   * @param run not set up; one of each session sends, as fast as it is answered
   * @param progress told what is going on
   */
  public BacklogDrain(
      LoadRun run, ServerProcess server, StoredMessages stored, Consumer<String> progress) {
    this.run = run;
    this.server = server;
    this.stored = stored;
    this.progress = progress;
  }

  /** Measures with so many messages each time, after so many that do not count. */
  public DrainRates measure(long messages, long warmUp) throws InterruptedException {
    run.setUp();
    run.run(warmUp);
    server.awaitRest();

    long begun = System.nanoTime();
    Verdict live = run.run(messages);
    double liveRate = DrainRates.rate(messages, begun, run.lastDeliveryNanos());
    progress.accept("%,.0f/s to receivers who are there".formatted(liveRate));

    run.receiversLeave();
    run.send(messages);
    progress.accept("%,d messages are accepted; waiting until they are stored".formatted(messages));
    server.awaitRest();

    long back = System.nanoTime();
    run.receiversComeBack();
    run.drain();
    double backlogRate = DrainRates.rate(messages, back, run.lastDeliveryNanos());
    Verdict verdict = run.audit(stored);
    verdict.examples().forEach(progress);
    boolean kept = live.kept() && verdict.kept() && verdict.delivered() == warmUp + 2 * messages;
    return new DrainRates(messages, liveRate, backlogRate, kept);
  }
}
