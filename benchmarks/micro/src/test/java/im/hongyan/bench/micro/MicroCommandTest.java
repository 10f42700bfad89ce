package im.hongyan.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Collection;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;

class MicroCommandTest {
  /** Another measurement on this machine does not disturb these: they measure nothing. */
  @BeforeAll
  static void doNotWaitForOthers() {
    System.setProperty("jmh.ignoreLock", "true");
  }

  @Test
  void everyPartRunsOnce() throws RunnerException {
    Options once =
        new OptionsBuilder()
            .mode(Mode.SingleShotTime)
            .warmupIterations(0)
            .measurementIterations(1)
            .forks(0)
            .shouldFailOnError(true)
            .build();

    Collection<RunResult> results = new Runner(once).run();

    assertThat(results)
        .extracting(result -> result.getPrimaryResult().getLabel())
        .containsExactlyInAnyOrder(
            "readMsgSend",
            "writeMsgPush",
            "partitionOf",
            "chinese",
            "chineseHit",
            "ascii",
            "asciiHit",
            "deliverAndAcknowledge",
            "deliverAndAcknowledgeWindow");
  }

  @Test
  void patternThatNamesAPartMeasuresIt() {
    assertThat(
            MicroCommand.run("partitionOf", "--forks", "0", "--warm-ups", "0", "--iterations", "1"))
        .isZero();
  }

  @Test
  void patternThatNamesNothingIsAFailure() {
    assertThat(MicroCommand.run("no such part", "--forks", "0")).isEqualTo(1);
  }
}
