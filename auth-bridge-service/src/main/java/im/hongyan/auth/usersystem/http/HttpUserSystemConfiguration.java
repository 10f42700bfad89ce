package im.hongyan.auth.usersystem.http;

import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.auth.usersystem.UserSystemProperties;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** {@code hongyan.user-system.type=http}, the default. */
@Configuration(proxyBeanMethods = false)
@ConditionalOnProperty(
    name = "hongyan.user-system.type",
    havingValue = "http",
    matchIfMissing = true)
class HttpUserSystemConfiguration {
  @Bean
  @Qualifier("asked")
  UserSystem httpUserSystem(UserSystemProperties properties) {
    return new HttpUserSystem(properties);
  }
}
