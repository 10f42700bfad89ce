package im.hongyan.session.commands;

import im.hongyan.push.client.PushServiceClient;
import im.hongyan.session.notices.Teller;
import im.hongyan.session.presence.Peers;
import im.hongyan.session.store.SessionStore;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires what clients ask of sessions. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(SessionProperties.class)
class CommandsConfiguration {

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  /** Where it is not said whom to ask, nobody knows what is unread. */
  @Bean
  MemberViews memberViews(ObjectProvider<PushServiceClient> push, Peers peers) {
    PushServiceClient client = push.getIfAvailable();
    return new MemberViews(
        client == null ? (member, sessions) -> Map.of() : new PushSummaries(client), peers);
  }

  @Bean
  Sessions sessions(SessionStore store, Teller teller, Clock clock, SessionProperties properties) {
    return new Sessions(
        store, teller, new SessionIds(new SecureRandom()), clock, properties.maxMembers());
  }
}
