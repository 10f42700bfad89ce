package im.hongyan.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import im.hongyan.local.LocalMosquitto;
import im.hongyan.local.LocalRabbit;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BrokersAloneIT {
  private static final int RATE = 100;
  private static final Duration TWO_SECONDS = Duration.ofSeconds(2);
  private static final ComparePlan PLAN =
      new ComparePlan(10, RATE, 4, 200, Duration.ZERO, TWO_SECONDS, Duration.ofSeconds(30));

  @TempDir Path folder;
  private CompareRun run;

  @BeforeEach
  void begin() {
    run = new CompareRun(PLAN, folder, line -> {});
  }

  @Test
  void allThatMosquittoTakesOverReachesThePartner() throws Exception {
    assumeTrue(LocalMosquitto.isInstalled(), "mosquitto is not installed");
    try (ScratchMosquitto mosquitto = new ScratchMosquitto(folder.resolve("mosquitto"))) {
      assertWhole(run.mosquittoAlone(mosquitto));
    }
  }

  @Test
  void allThatRabbitConfirmsIsConsumedAndAllGoesTheSameWayAsInHongyan() throws Exception {
    assumeTrue(LocalRabbit.isInstalled(), "rabbitmq-server is not installed");
    try (ScratchRabbit rabbit = new ScratchRabbit(folder.resolve("rabbitmq"))) {
      assertWhole(run.rabbitAlone(rabbit));
      assumeTrue(LocalMosquitto.isInstalled(), "mosquitto is not installed");
      try (ScratchMosquitto mosquitto = new ScratchMosquitto(folder.resolve("mosquitto"))) {
        assertWhole(run.bothBrokers(mosquitto, rabbit));
      }
    }
  }

  private static void assertWhole(Measured measured) {
    Figures atRate = measured.atRate();
    assertThat(measured.whole()).as("%s", measured).isTrue();
    assertThat(atRate.sent()).isEqualTo(RATE * TWO_SECONDS.toSeconds());
    assertThat(atRate.delivered()).isEqualTo(atRate.sent());
    assertThat(atRate.deliveredMs().p50()).isPositive();
    assertThat(atRate.confirmedMs().max()).isPositive();
    assertThat(measured.asFast().perSecond()).isGreaterThan(RATE);
  }
}
