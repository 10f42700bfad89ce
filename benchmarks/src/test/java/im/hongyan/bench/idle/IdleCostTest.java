package im.hongyan.bench.idle;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class IdleCostTest {
  @Test
  void whatIsMoreThanBeforeIsSharedByAllConnections() {
    IdleCost cost = new IdleCost(1_000, 500_000, 520_000, 80_000, 88_000, 2.5, 12.0, 0, 0);
    assertThat(cost.residentKibEach()).isEqualTo(20.0);
    assertThat(cost.liveKibEach()).isEqualTo(8.0);
    assertThat(cost.heartbeatsAlonePercent()).isEqualTo(9.5);
  }

  @Test
  void oneCoreForHalfTheTimeIsFiftyPercent() {
    assertThat(IdleCost.percentOfCore(Duration.ofMillis(1_500), Duration.ofSeconds(3)))
        .isEqualTo(50.0);
  }
}
