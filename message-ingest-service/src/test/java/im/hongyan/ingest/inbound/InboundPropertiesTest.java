package im.hongyan.ingest.inbound;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;

class InboundPropertiesTest {
  private final ApplicationContextRunner context =
      new ApplicationContextRunner().withUserConfiguration(Inbound.class);

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(InboundProperties.class)
  static class Inbound {}

  @Test
  void unlessSaidMessagesComeFromTheMqttBroker() {
    context.run(
        started ->
            assertThat(started.getBean(InboundProperties.class))
                .isEqualTo(new InboundProperties("mqtt", 8, 200)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          kind=AMQP_TOPIC | hongyan.ingest.inbound.kind: AMQP_TOPIC (expected: mqtt or amqp-topic)
          queues=0        | hongyan.ingest.inbound.queues: 0 (expected: 1 to 65535)
          prefetch=70000  | hongyan.ingest.inbound.prefetch: 70000 (expected: 1 to 65535)
          """)
  void wrongSettingNamesItselfAndWhatIsExpected(String setting, String message) {
    context
        .withPropertyValues("hongyan.ingest.inbound." + setting)
        .run(started -> assertThat(started).getFailure().rootCause().hasMessage(message));
  }
}
