package im.hongyan.auth.usersystem.introspection;

import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.auth.usersystem.UserSystemProperties;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** {@code hongyan.user-system.type=introspection}. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(name = "hongyan.user-system.type", havingValue = "introspection")
class IntrospectionConfiguration {
  @Bean
  @Qualifier("asked")
  UserSystem introspectingUserSystem(UserSystemProperties properties) {
    return new IntrospectingUserSystem(properties);
  }
}
