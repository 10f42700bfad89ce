package im.hongyan.processes.suite;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SuiteOptionsTest {
  @ParameterizedTest
  @CsvSource({"RABBITMQ, 2", "RABBITMQ_AND_EMQX, 2", "RABBITMQ_AND_MOSQUITTO, 1"})
  void severalOfIngestRunOnlyWhereAConnectionsMessagesKeepTheirOrder(Brokers brokers, int ingests) {
    SuiteOptions options = SuiteOptions.in(Path.of("."), Path.of("data"), brokers).replicated(2);

    assertThat(options.count(Part.INGEST)).isEqualTo(ingests);
    assertThat(options.count(Part.MODERATION)).isEqualTo(2);
    assertThat(options.count(Part.PUSH)).isEqualTo(2);
    assertThat(options.count(Part.SESSION)).isEqualTo(1);
  }
}
