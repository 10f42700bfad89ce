package im.hongyan.amqp;

import com.rabbitmq.client.Address;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.random.RandomGenerator;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.amqp.autoconfigure.RabbitAutoConfiguration;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.health.contributor.HealthIndicator;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Gives a service its {@link StreamFactory}, connected as {@code spring.rabbitmq.*} says. */
@AutoConfiguration(after = RabbitAutoConfiguration.class)
@EnableConfigurationProperties(AmqpProperties.class)
public final class AmqpPartitionsAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  TransientFailure transientFailure() {
    return TransientFailure.standard();
  }

  @Bean
  @ConditionalOnMissingBean
  StreamFactory streamFactory(
      AmqpProperties properties,
      CachingConnectionFactory connections,
      RabbitConnectionDetails details,
      @Value("${spring.application.name:hongyan}") String clientName,
      TransientFailure transientFailure,
      ObjectProvider<Clock> clock,
      ObjectProvider<RandomGenerator> random,
      ObjectProvider<MeterRegistry> meters) {
    List<Address> addresses =
        details.getAddresses().stream().map(at -> new Address(at.host(), at.port())).toList();
    return new StreamFactory(
        properties,
        connections.getRabbitConnectionFactory(),
        addresses,
        clientName,
        transientFailure,
        clock.getIfUnique(Clock::systemUTC),
        random.getIfUnique(() -> () -> ThreadLocalRandom.current().nextLong()),
        meters.getIfUnique(SimpleMeterRegistry::new));
  }

  /** Health, for services that report it. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnClass(HealthIndicator.class)
  static class HealthConfiguration {
    @Bean
    @ConditionalOnMissingBean(name = "streamHealthIndicator")
    HealthIndicator streamHealthIndicator(StreamFactory streams) {
      return new StreamHealth(streams);
    }
  }
}
