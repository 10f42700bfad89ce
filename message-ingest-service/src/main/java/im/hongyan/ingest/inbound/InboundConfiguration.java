package im.hongyan.ingest.inbound;

import com.rabbitmq.client.Address;
import im.hongyan.codec.WireCodec;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.ingest.routing.CommandRouter;
import im.hongyan.mqtt.InboundLink;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.amqp.rabbit.connection.CachingConnectionFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.amqp.autoconfigure.RabbitConnectionDetails;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The edges. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(InboundProperties.class)
class InboundConfiguration {

  /** Takes the place of the MQTT link's own subscription. */
  @Bean
  @ConditionalOnProperty(
      name = "hongyan.ingest.inbound.kind",
      havingValue = InboundProperties.AMQP_TOPIC)
  AmqpTopicInboundLink amqpTopicInboundLink(
      InboundProperties properties,
      CachingConnectionFactory connections,
      RabbitConnectionDetails details,
      @Value("${spring.application.name}") String clientName,
      MeterRegistry meters) {
    List<Address> addresses =
        details.getAddresses().stream().map(at -> new Address(at.host(), at.port())).toList();
    return new AmqpTopicInboundLink(
        properties,
        connections.getRabbitConnectionFactory(),
        addresses,
        clientName,
        () -> ThreadLocalRandom.current().nextLong(),
        meters);
  }

  @Bean
  MqttInbound mqttInbound(
      InboundLink link, CommandRouter router, Replies replies, MeterRegistry meters) {
    return new MqttInbound(link, router::route, replies, meters);
  }

  @Bean
  CommandsAreAnsweredByReplies commandsAreAnsweredByReplies() {
    return new CommandsAreAnsweredByReplies();
  }

  @Bean
  CommandController commandController(CommandRouter router, WireCodec codec) {
    return new CommandController(router, codec);
  }
}
