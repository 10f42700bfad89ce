package im.hongyan.auth.usersystem;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;

/** The user system as configured, guarded. */
@Configuration(proxyBeanMethods = false)
class UserSystemConfiguration {
  @Bean
  @Primary
  UserSystem guardedUserSystem(
      @Qualifier("asked") UserSystem asked,
      AcceptedTokens everywhere,
      UserSystemProperties properties,
      Clock clock,
      MeterRegistry meters) {
    return new GuardedUserSystem(asked, everywhere, properties, clock, meters);
  }
}
