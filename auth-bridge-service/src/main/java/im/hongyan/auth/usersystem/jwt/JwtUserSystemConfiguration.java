package im.hongyan.auth.usersystem.jwt;

import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.auth.usersystem.UserSystemProperties;
import im.hongyan.identity.RemoteKeys;
import im.hongyan.identity.ServiceSecret;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** {@code hongyan.user-system.type=jwt}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "hongyan.user-system.type", havingValue = "jwt")
class JwtUserSystemConfiguration {
  @Bean
  @Qualifier("asked")
  UserSystem jwtUserSystem(UserSystemProperties properties, Clock clock) {
    // The service secret is not shown to strangers.
    RemoteKeys keys = new RemoteKeys(properties.url(), new ServiceSecret(null), clock);
    return new JwtUserSystem(properties.jwt(), keys::find, clock);
  }
}
