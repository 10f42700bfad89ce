package im.hongyan.push.fanout;

import im.hongyan.amqp.Broadcast;
import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamConsumer;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.outbox.Deliveries;
import im.hongyan.push.reading.ReadPositions;
import im.hongyan.session.client.SessionServiceClient;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The owners of the sessions' order. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({FanoutProperties.class, MessageChangeProperties.class})
class FanoutConfiguration {
  @Bean
  StreamConsumer fanoutConsumer(
      StreamFactory streams,
      MessageStore store,
      ContentBson contents,
      Deliveries deliveries,
      SessionServiceClient sessions,
      MeterRegistry meters,
      ReadPositions positions,
      Broadcast<SessionEvent> news,
      MessageChangeProperties changes,
      FanoutProperties properties) {
    MessageChangeRules rules = new MessageChangeRules(changes, contents);
    FanoutMetrics metrics = new FanoutMetrics(meters);
    Members members = new SessionServiceMembers(sessions);
    return streams.consumer(
        Streams.MODERATED,
        new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class),
        new FanoutHandler(
            () ->
                new FanoutPartition(
                    store,
                    contents,
                    deliveries,
                    members,
                    metrics,
                    positions,
                    rules,
                    news::publish,
                    properties)));
  }
}
