package im.hongyan.bench.drain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class DrainRatesTest {
  @Test
  void rateIsDeliveriesOverTheTimeBetween() {
    assertThat(DrainRates.rate(500, 1_000_000_000L, 3_000_000_000L)).isEqualTo(250.0);
  }

  @Test
  void backlogTwiceAsFastAsLiveIsTwo() {
    assertThat(new DrainRates(1_000, 1_250, 2_500, true).ratio()).isEqualTo(2.0);
  }
}
