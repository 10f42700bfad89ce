package im.hongyan.session.store;

import com.mongodb.reactivestreams.client.MongoDatabase;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;

/** Wires the store; its indexes are made before anybody uses it. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

  @Bean
  SessionStore sessionStore(
      ReactiveMongoDatabaseFactory databases,
      @Value("${hongyan.session.store-timeout:5s}") Duration timeout) {
    MongoDatabase database = databases.getMongoDatabase().block(timeout);
    if (database == null) {
      throw new IllegalStateException("spring.mongodb.uri: names no database");
    }
    SessionStore store = new SessionStore(database, timeout);
    store.createIndexes();
    return store;
  }
}
