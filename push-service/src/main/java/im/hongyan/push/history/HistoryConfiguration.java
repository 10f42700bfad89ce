package im.hongyan.push.history;

import im.hongyan.amqp.Broadcast;
import im.hongyan.amqp.JacksonCodec;
import im.hongyan.amqp.StreamFactory;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.Streams;
import im.hongyan.session.client.SessionDirectory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** History, and what keeps its knowledge of members fresh. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(HistoryProperties.class)
class HistoryConfiguration {
  @Bean
  HistoryJson historyJson() {
    return new HistoryJson();
  }

  @Bean
  Broadcast<SessionEvent> sessionNews(StreamFactory streams, SessionDirectory sessions) {
    Broadcast<SessionEvent> news =
        streams.broadcast(
            Streams.BROADCAST, new JacksonCodec<>(JsonMapper.shared(), SessionEvent.class));
    news.subscribe(new SessionNews(sessions));
    return news;
  }
}
