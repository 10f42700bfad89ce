package im.hongyan.auth.connection;

import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.model.event.PresenceEvent;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.Streams;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Events go into the stream of deliveries. */
@Configuration(proxyBeanMethods = false)
class EventsConfiguration {
  @Bean
  StatusNews statusNews(StreamFactory streams) {
    StreamPublisher<PresenceEvent> stream =
        streams.publisher(
            Streams.PRESENCE, new JacksonCodec<>(JsonMapper.shared(), PresenceEvent.class));
    return event -> {
      var _ = stream.publish(event.user().value(), event);
    };
  }

  @Bean
  ReceiverEvents receiverEvents(StreamFactory streams) {
    return new StreamedReceiverEvents(
        streams.publisher(
            Streams.DELIVERIES, new JacksonCodec<>(JsonMapper.shared(), ReceiverEvent.class)));
  }
}
