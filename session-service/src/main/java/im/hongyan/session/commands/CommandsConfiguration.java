package im.hongyan.session.commands;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.push.client.PushServiceClient;
import im.hongyan.session.notices.Teller;
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

  /** Where it is not said whom to ask, nobody knows. */
  @Bean
  MemberViews memberViews(
      ObjectProvider<PushServiceClient> push, ObjectProvider<AuthBridgeClient> authBridge) {
    PushServiceClient pushClient = push.getIfAvailable();
    AuthBridgeClient authClient = authBridge.getIfAvailable();
    return new MemberViews(
        pushClient == null ? (member, sessions) -> Map.of() : new PushSummaries(pushClient),
        authClient == null ? users -> Map.of() : new AuthBridgePeers(authClient));
  }

  @Bean
  Sessions sessions(SessionStore store, Teller teller, Clock clock, SessionProperties properties) {
    return new Sessions(
        store, teller, new SessionIds(new SecureRandom()), clock, properties.maxMembers());
  }
}
