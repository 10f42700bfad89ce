package im.hongyan.standalone.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class MergedMetricsTest {
  @Test
  void aFamilyOfSeveralServicesStandsOnceWithTheSamplesOfAll() {
    String push =
        """
        # HELP up_seconds how long
        # TYPE up_seconds gauge
        up_seconds{service="push"} 1.0
        # HELP sent_total how many
        # TYPE sent_total counter
        sent_total{service="push"} 2.0
        """;
    String session =
        """
        # HELP up_seconds how long
        # TYPE up_seconds gauge
        up_seconds{service="session"} 3.0
        # TYPE own summary
        own_count{service="session"} 4.0
        own_sum{service="session"} 5.0
        """;

    assertThat(MergedMetrics.of(List.of(push, session)))
        .isEqualTo(
            """
            # HELP up_seconds how long
            # TYPE up_seconds gauge
            up_seconds{service="push"} 1.0
            up_seconds{service="session"} 3.0
            # HELP sent_total how many
            # TYPE sent_total counter
            sent_total{service="push"} 2.0
            # TYPE own summary
            own_count{service="session"} 4.0
            own_sum{service="session"} 5.0
            """);
  }
}
