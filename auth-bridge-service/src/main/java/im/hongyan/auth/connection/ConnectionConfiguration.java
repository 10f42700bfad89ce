package im.hongyan.auth.connection;

import im.hongyan.auth.token.Authenticator;
import java.time.Clock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.data.mongodb.core.ReactiveMongoOperations;

/** Connections, and who watches over them. */
@Configuration(proxyBeanMethods = false)
class ConnectionConfiguration {
  @Bean
  OpenClients openClients() {
    return new OpenClients();
  }

  @Bean
  Connections connections(
      ReactiveMongoOperations mongo,
      Authenticator authenticator,
      ReceiverEvents events,
      OpenClients clients,
      ConnectionProperties properties,
      Clock clock) {
    Users users =
        new Users(
            mongo.getCollection(Users.COLLECTION).blockOptional().orElseThrow(),
            properties.maxPerUser());
    return new Connections(users, authenticator, events, clients, properties, clock);
  }

  @Bean
  ConnectionWatch connectionWatch(Connections connections, ConnectionProperties properties) {
    return new ConnectionWatch(connections, properties);
  }
}
