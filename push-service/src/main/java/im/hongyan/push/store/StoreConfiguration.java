package im.hongyan.push.store;

import com.mongodb.client.MongoClient;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.mongodb.autoconfigure.MongoConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The database, with its indexes. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(StoreProperties.class)
class StoreConfiguration {
  private static final Logger log = LoggerFactory.getLogger(StoreConfiguration.class);

  /** The indexes are there before anybody gets the store: they are the fence. */
  @Bean
  PushStore pushStore(
      MongoClient client,
      MongoConnectionDetails connection,
      StoreProperties properties,
      MeterRegistry meters) {
    String database = connection.getConnectionString().getDatabase();
    if (database == null) {
      throw new IllegalArgumentException(
          "spring.mongodb.uri: names no database (expected: one, as in mongodb://host/hongyan)");
    }
    PushStore store = new PushStore(client.getDatabase(database), properties.timeout(), meters);
    PushIndexes.create(store);
    log.info("Messages are in database {}", database);
    return store;
  }
}
