package im.hongyan.ingest.inbound;

import im.hongyan.codec.WireCodec;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.ingest.routing.CommandRouter;
import im.hongyan.mqtt.InboundLink;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The edges. */
@Configuration(proxyBeanMethods = false)
class InboundConfiguration {

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
