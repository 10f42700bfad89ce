package im.hongyan.push.summary;

import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.reading.ReadPositions;
import im.hongyan.push.store.PushStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Summaries of sessions. */
@Configuration(proxyBeanMethods = false)
class SummaryConfiguration {
  @Bean
  SessionSummaries sessionSummaries(
      PushStore store, MessageStore messages, ReadPositions positions, ContentBson contents) {
    return new SessionSummaries(store, messages, positions, contents);
  }
}
