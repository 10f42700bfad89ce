package im.hongyan.mqtt.autoconfigure;

import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.InboundLink;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.health.autoconfigure.contributor.ConditionalOnEnabledHealthIndicator;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;

/** Health of the link: down while nothing can be published, or nothing arrives that is wanted. */
@AutoConfiguration(after = MqttLinkAutoConfiguration.class)
@ConditionalOnClass({HealthIndicator.class, ConditionalOnEnabledHealthIndicator.class})
@ConditionalOnBean(ClientPublisher.class)
@ConditionalOnEnabledHealthIndicator("mqtt")
public final class MqttLinkHealthAutoConfiguration {
  @Bean
  HealthIndicator mqttHealthIndicator(
      ClientPublisher publisher, ObjectProvider<InboundLink> inbound) {
    return () -> {
      if (!publisher.isConnected()) {
        return down("nothing can be published: not connected to the MQTT broker");
      }
      if (inbound.stream().anyMatch(link -> link.isStarted() && !link.isConnected())) {
        return down("nothing arrives: not connected to the broker");
      }
      return Health.up().build();
    };
  }

  private static Health down(String reason) {
    return Health.down().withDetail("reason", reason).build();
  }
}
