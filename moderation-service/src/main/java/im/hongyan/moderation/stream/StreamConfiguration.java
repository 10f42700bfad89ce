package im.hongyan.moderation.stream;

import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamConsumer;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.moderation.verdict.ContentModerator;
import io.micrometer.core.instrument.MeterRegistry;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** The streams that moderation stands between. */
@Configuration(proxyBeanMethods = false)
class StreamConfiguration {

  @Bean
  StreamConsumer receivedMessages(
      StreamFactory streams, ContentModerator moderator, MeterRegistry meters) {
    JacksonCodec<SessionEvent> codec = new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class);
    return streams.consumer(
        Streams.RECEIVED,
        codec,
        new ModerationStage(
            moderator, streams.publisher(Streams.MODERATED, codec), streams.partitioner(), meters));
  }
}
