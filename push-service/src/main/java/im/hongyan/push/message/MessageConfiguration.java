package im.hongyan.push.message;

import im.hongyan.push.store.PushStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import tools.jackson.databind.json.JsonMapper;

/** Where messages are kept. */
@Configuration(proxyBeanMethods = false)
class MessageConfiguration {
  @Bean
  ContentBson contentBson() {
    return new ContentBson(JsonMapper.builder().build());
  }

  @Bean
  MessageStore messageStore(PushStore store, ContentBson contents) {
    return new MongoMessageStore(store, contents);
  }
}
