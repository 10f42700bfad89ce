package im.hongyan.push.pushing;

import im.hongyan.mqtt.ClientPublisher;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The way to the clients. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(PushingProperties.class)
class PushingConfiguration {
  @Bean
  Pusher pusher(ClientPublisher publisher, PushingProperties properties) {
    return new MqttPusher(publisher, properties.qos());
  }
}
