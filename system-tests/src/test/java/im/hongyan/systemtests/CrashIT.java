package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.bench.history.Verdict;
import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.load.StoredMessages;
import im.hongyan.bench.server.ServerProcess;
import im.hongyan.systemtests.suite.ChildProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The process is killed while messages are under way. */
class CrashIT {
  private static final int MESSAGES = 20_000;
  private static final int USERS = 40;

  @Test
  @Timeout(value = 6, unit = TimeUnit.MINUTES)
  void nothingAcceptedIsLostDoubledOrReorderedWhenTheProcessIsKilled(@TempDir Path folder)
      throws Exception {
    try (ServerProcess server =
        ServerProcess.start(ChildProcess.up(), folder.resolve("data"), List.of())) {
      LoadPlan plan = LoadPlan.on(server.target()).users(USERS).inFlight(20).build();
      try (LoadRun run = new LoadRun(plan, "crash", line -> {});
          StoredMessages stored = new StoredMessages(plan.http(), plan.tokenPrefix())) {
        run.setUp();
        run.start(MESSAGES);
        Awaitility.await()
            .atMost(Duration.ofMinutes(2))
            .until(() -> run.accepted() >= MESSAGES / 3);
        server.kill();
        long before = run.accepted();
        server.startAgain();
        run.finished().get(3, TimeUnit.MINUTES);
        run.drain();
        Verdict verdict = run.audit(stored);

        assertThat(before).as("accepted when it was killed").isLessThan(MESSAGES);
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.accepted()).isEqualTo(MESSAGES);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.duplicated()).isZero();
        assertThat(verdict.reordered()).isZero();
        assertThat(verdict.toOutsiders()).isZero();
      }
    }
  }
}
