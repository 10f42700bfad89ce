package im.hongyan.systemtests;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.bench.history.Verdict;
import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.load.StoredMessages;
import im.hongyan.bench.server.ServerProcess;
import im.hongyan.systemtests.suite.ChildProcess;
import im.hongyan.systemtests.suite.SmallDisk;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The disk of the data folder fills up while messages are under way. */
class FullDiskIT {
  private static final int DISK_MEGABYTES = 200;
  private static final int MESSAGES = 3_000;
  private static final int USERS = 20;
  private static final int RATE = 200;

  @Test
  @Timeout(value = 5, unit = TimeUnit.MINUTES)
  void serverOnFullDiskSaysSoAndLosesNothingOnceThereIsRoomAgain(@TempDir Path folder)
      throws Exception {
    try (SmallDisk disk = SmallDisk.on(folder.resolve("disk"), DISK_MEGABYTES);
        ServerProcess server =
            ServerProcess.start(ChildProcess.up(), disk.folder().resolve("data"), List.of())) {
      LoadPlan plan = LoadPlan.on(server.target()).users(USERS).rate(RATE).build();
      try (LoadRun run = new LoadRun(plan, "full", line -> {});
          StoredMessages stored = new StoredMessages(plan.http(), plan.tokenPrefix())) {
        run.setUp();
        run.start(MESSAGES);
        Awaitility.await()
            .atMost(Duration.ofMinutes(1))
            .until(() -> run.accepted() >= MESSAGES / 6);
        disk.fill();
        Awaitility.await("health tells")
            .atMost(Duration.ofMinutes(1))
            .until(() -> !server.healthy());
        long before = run.accepted();
        disk.free();
        server.kill();
        server.startAgain();
        run.finished().get(2, TimeUnit.MINUTES);
        run.drain();
        Verdict verdict = run.audit(stored);

        assertThat(before).as("accepted when the disk was full").isLessThan(MESSAGES);
        assertThat(verdict.examples()).isEmpty();
        assertThat(verdict.accepted()).isEqualTo(MESSAGES);
        assertThat(verdict.lost()).isZero();
        assertThat(verdict.duplicated()).isZero();
        assertThat(verdict.reordered()).isZero();
      }
    }
  }
}
