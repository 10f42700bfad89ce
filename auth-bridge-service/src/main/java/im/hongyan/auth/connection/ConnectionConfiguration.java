package im.hongyan.auth.connection;

import im.hongyan.auth.token.Authenticator;
import im.hongyan.auth.usersystem.AcceptedTokens;
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
  Users users(ReactiveMongoOperations mongo, ConnectionProperties properties) {
    return new Users(
        mongo.getCollection(Users.COLLECTION).blockOptional().orElseThrow(),
        properties.maxPerUser());
  }

  @Bean
  AcceptedTokens acceptedTokens(Users users) {
    return new StoredTokens(users);
  }

  @Bean
  Connections connections(
      Users users,
      Authenticator authenticator,
      ReceiverEvents events,
      StatusNews news,
      OpenClients clients,
      ConnectionProperties properties,
      Clock clock) {
    return new Connections(users, authenticator, events, news, clients, properties, clock);
  }

  @Bean
  ConnectionWatch connectionWatch(Connections connections, ConnectionProperties properties) {
    return new ConnectionWatch(connections, properties);
  }
}
