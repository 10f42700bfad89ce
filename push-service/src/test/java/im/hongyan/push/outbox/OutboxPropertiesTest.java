package im.hongyan.push.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class OutboxPropertiesTest {
  @Test
  void everyKeyHasADefaultThatWorks() {
    assertThat(bind(Map.of()))
        .isEqualTo(
            new OutboxProperties(
                100,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                5,
                100,
                20_000,
                Duration.ofMinutes(10),
                1_000,
                16,
                500,
                Duration.ofMillis(200),
                Duration.ofMinutes(1)));
  }

  @Test
  void aValueOutOfRangeIsNamed() {
    assertThatThrownBy(() -> bind(Map.of("hongyan.push.outbox.window", "0")))
        .hasRootCauseMessage("hongyan.push.outbox.window: 0 (expected: 1 to 10000)");
  }

  private static OutboxProperties bind(Map<String, String> given) {
    return new Binder(new MapConfigurationPropertySource(given))
        .bindOrCreate("hongyan.push.outbox", OutboxProperties.class);
  }
}
