package im.hongyan.push.presence;

import im.hongyan.auth.client.AuthBridgeClient;
import java.time.InstantSource;
import java.util.Optional;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Who tells who is there. */
@Configuration(proxyBeanMethods = false)
class PresenceConfiguration {
  /** Without auth-bridge-service nobody knows. */
  @Bean
  @ConditionalOnMissingBean
  Presence presence(ObjectProvider<AuthBridgeClient> authBridge) {
    AuthBridgeClient client = authBridge.getIfAvailable();
    return client == null
        ? users -> Optional.empty()
        : new AuthBridgePresence(client, InstantSource.system());
  }
}
