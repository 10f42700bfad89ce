package im.hongyan.mqtt.autoconfigure;

import im.hongyan.mqtt.ClientPublisher;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Health of the link: down while nothing can be published. */
@AutoConfiguration(after = MqttLinkAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(ClientPublisher.class)
@ConditionalOnEnabledHealthIndicator("mqtt")
public final class MqttLinkHealthAutoConfiguration {
  @Bean
  HealthIndicator mqttHealthIndicator(ClientPublisher publisher) {
    return () ->
        publisher.isConnected()
            ? Health.up().build()
            : Health.down().withDetail("reason", "not connected to the MQTT broker").build();
  }
}
