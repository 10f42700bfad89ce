package im.hongyan.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import im.hongyan.bench.history.Percentiles;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ComparisonTest {
  private static final ComparePlan PLAN = plan(200, 200);

  @Test
  void hongyanIsDividedByWhatBothBrokersDoTheSameWay() {
    Comparison comparison =
        new Comparison(
            PLAN,
            List.of(
                measured(Subject.MOSQUITTO_ALONE, 0.5, 20_000, true),
                measured(Subject.BOTH_BROKERS, 4, 8_000, true),
                measured(Subject.ONE_PROCESS, 10, 2_000, true),
                measured(Subject.SERVICES, 12, 1_000, true)));

    assertThat(comparison.ratios())
        .extracting(Ratio::subject)
        .containsExactly(Subject.ONE_PROCESS, Subject.SERVICES);
    Ratio services = comparison.ratios().getLast();
    assertThat(services.p50()).isCloseTo(3, within(1e-9));
    assertThat(services.p99()).isCloseTo(3, within(1e-9));
    assertThat(services.throughput()).isCloseTo(0.125, within(1e-9));
  }

  @Test
  void theTableHasALineForEachAndRatiosForHongyanAlone() {
    String text =
        new Comparison(
                PLAN,
                List.of(
                    measured(Subject.BOTH_BROKERS, 4, 8_000, true),
                    measured(Subject.SERVICES, 12, 1_000, true)))
            .text();

    assertThat(text)
        .containsPattern("both brokers, the limit( +[\\d.]+){9}\\R")
        .containsPattern(
            "Hongyan on both brokers( +[\\d.]+){8} +1000 +3\\.0 +3\\.0 +3\\.0 +0\\.13\\R")
        .doesNotContain("not whole");
  }

  @Test
  void whatDidNotArriveIsTold() {
    Comparison comparison =
        new Comparison(PLAN, List.of(measured(Subject.SERVICES, 12, 1_000, false)));

    assertThat(comparison.whole()).isFalse();
    assertThat(comparison.text())
        .contains("Hongyan on both brokers: not whole")
        .contains("10 sent, 10 confirmed, 9 delivered");
  }

  @Test
  void withoutALimitThereAreNoRatios() {
    assertThat(new Comparison(PLAN, List.of(measured(Subject.ONE_PROCESS, 1, 1, true))).ratios())
        .isEmpty();
  }

  @Test
  void theFileHasFiguresAndRatios() {
    JsonMapper mapper = JsonMapper.builder().build();
    JsonNode json =
        mapper.readTree(
            mapper.writeValueAsBytes(
                new Comparison(
                    PLAN,
                    List.of(
                        measured(Subject.BOTH_BROKERS, 4, 8_000, true),
                        measured(Subject.SERVICES, 12, 1_000, true)))));

    assertThat(json.at("/plan/users").asInt()).isEqualTo(200);
    assertThat(json.at("/measured/1/subject").asString()).isEqualTo("SERVICES");
    assertThat(json.at("/measured/1/atRate/deliveredMs/p99").asDouble()).isEqualTo(24);
    assertThat(json.at("/ratios/0/throughput").asDouble()).isEqualTo(0.125);
    assertThat(json.at("/whole").asBoolean()).isTrue();
  }

  @Test
  void aMessageNeedsRoomForWhatIsMeasured() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> plan(200, RawMessage.SHORTEST - 1))
        .withMessage("--bytes: 12 (expected: 13 to 60000)");
  }

  @Test
  void aMessageIsReadAsItWasWritten() {
    RawMessage message = RawMessage.text(-7, 41);

    assertThat(message.bytes(200)).hasSize(200);
    assertThat(RawMessage.read(message.bytes(200))).isEqualTo(message);
    assertThat(RawMessage.read(message.confirmation().bytes(1))).isEqualTo(message.confirmation());
    assertThat(message.receiver()).isEqualTo(40);
  }

  private static ComparePlan plan(int users, int bytes) {
    return new ComparePlan(
        users, 200, 4, bytes, Duration.ZERO, Duration.ofSeconds(1), Duration.ofSeconds(1));
  }

  private static Measured measured(
      Subject subject, double median, double perSecond, boolean whole) {
    Percentiles latencies = new Percentiles(median, median * 1.5, median * 2, median * 3);
    long delivered = whole ? 10 : 9;
    return new Measured(
        subject,
        new Figures(200, 10, 10, delivered, whole, latencies, latencies),
        new Figures(perSecond, 10, 10, 10, true, latencies, latencies));
  }
}
