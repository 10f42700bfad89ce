package im.hongyan.session.notices;

import im.hongyan.amqp.Broadcast;
import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.session.store.SessionStore;
import java.util.random.RandomGenerator;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import tools.jackson.databind.json.JsonMapper;

/** Wires the telling of changes. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
@EnableConfigurationProperties(NoticesProperties.class)
class NoticesConfiguration {

  @Bean
  SessionNotices sessionNotices(StreamFactory streams, NoticesProperties properties) {
    JacksonCodec<SessionEvent> codec = new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class);
    Broadcast<SessionEvent> caches = streams.broadcast(Streams.BROADCAST, codec);
    return new StreamNotices(
        streams.publisher(Streams.RECEIVED, codec), caches, properties.confirmTimeout());
  }

  @Bean
  Teller teller(SessionStore store, SessionNotices notices, NoticesProperties properties) {
    return new Teller(store, notices, properties.confirmTimeout());
  }

  @Bean
  UntoldSweep untoldSweep(SessionStore store, Teller teller) {
    return new UntoldSweep(store, teller, RandomGenerator.getDefault());
  }
}
