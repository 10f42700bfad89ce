package im.hongyan.push.store;

import com.mongodb.reactivestreams.client.MongoDatabase;
import java.util.Objects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.mongodb.ReactiveMongoDatabaseFactory;

/** The database, with its indexes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
class StoreConfiguration {
  private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);

  /** The indexes are there before anybody gets the store: they are the fence. */
  @Bean
  PushStore pushStore(ReactiveMongoDatabaseFactory databases, StoreProperties properties) {
    MongoDatabase database =
        Objects.requireNonNull(databases.getMongoDatabase().block(properties.timeout()));
    PushStore store = new PushStore(database, properties.timeout());
    PushIndexes.create(store);
    log.info("Messages are in database {}", database.getName());
    return store;
  }
}
