package im.hongyan.testsupport;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.HashSet;
import org.junit.jupiter.api.Test;

class MutableClockTest {

  @Test
  void standsStillUntilItIsTurned() {
    MutableClock clock = MutableClock.atNewYear();
    MutableClock elsewhere = clock.withZone(ZoneId.of("Asia/Shanghai"));

    clock.advance(Duration.ofSeconds(5));

    assertThat(clock.instant()).isEqualTo(Instant.parse("2026-01-01T00:00:05Z"));
    assertThat(elsewhere.instant()).isEqualTo(clock.instant());
  }

  @Test
  void freePortsDiffer() {
    assertThat(new HashSet<>(FreePorts.pick(5))).hasSize(5);
  }
}
