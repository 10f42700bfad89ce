package im.hongyan.processes.fault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MovableClockTest {
  private static final Duration CLOSE = Duration.ofMinutes(1);

  @TempDir private Path folder;

  @BeforeEach
  void installed() {
    assumeTrue(
        MovableClock.isInstalled(), "libfaketime is not installed (Debian package faketime)");
  }

  @Test
  void processGoesRightUntilItsClockIsTurnedAndAgainWhenItIsTurnedBack() throws Exception {
    MovableClock clock = new MovableClock(folder.resolve("clock"));
    assertThat(timeOfProcessBy(clock)).isCloseTo(Instant.now(), within());

    clock.turn(Duration.ofHours(1));
    assertThat(timeOfProcessBy(clock)).isCloseTo(Instant.now().plus(Duration.ofHours(1)), within());

    clock.turn(Duration.ofHours(-1));
    assertThat(timeOfProcessBy(clock))
        .isCloseTo(Instant.now().minus(Duration.ofHours(1)), within());

    clock.turn(Duration.ZERO);
    assertThat(timeOfProcessBy(clock)).isCloseTo(Instant.now(), within());
  }

  private static org.assertj.core.data.TemporalUnitOffset within() {
    return org.assertj.core.api.Assertions.within(CLOSE);
  }

  private static Instant timeOfProcessBy(MovableClock clock)
      throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder("date", "+%s");
    builder.environment().putAll(clock.environment());
    Process process = builder.start();
    String said =
        new String(process.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).strip();
    assertThat(process.waitFor()).isZero();
    return Instant.ofEpochSecond(Long.parseLong(said));
  }
}
