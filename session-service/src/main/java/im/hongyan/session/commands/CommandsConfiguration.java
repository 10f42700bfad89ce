package im.hongyan.session.commands;

import im.hongyan.session.notices.Teller;
import im.hongyan.session.store.SessionStore;
import java.security.SecureRandom;
import im.hongyan.push.client.PushServiceClient;
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

  /** Without push-service nobody knows what is unread. */
  @Bean
  MemberViews memberViews(ObjectProvider<PushServiceClient> push) {
    PushServiceClient client = push.getIfAvailable();
    return new MemberViews(
        client == null ? (member, sessions) -> Map.of() : new PushSummaries(client));
  }

  @Bean
  Sessions sessions(SessionStore store, Teller teller, Clock clock, SessionProperties properties) {
    return new Sessions(
        store, teller, new SessionIds(new SecureRandom()), clock, properties.maxMembers());
  }
}
