package im.hongyan.ingest.reply;

import im.hongyan.codec.WireCodec;
import im.hongyan.mqtt.ClientPublisher;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Replies over MQTT. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReplyProperties.class)
class ReplyConfiguration {

  @Bean
  Replies replies(
      ClientPublisher publisher,
      WireCodec codec,
      ReplyProperties properties,
      MeterRegistry meters) {
    return new Replies(publisher, codec, properties, meters);
  }
}
