package im.hongyan.push.reading;

import im.hongyan.push.store.PushStore;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Where it is kept how far members have read. */
@Configuration(proxyBeanMethods = false)
class ReadingConfiguration {
  @Bean
  ReadPositions readPositions(PushStore store) {
    return new MongoReadPositions(store);
  }
}
