package im.hongyan.gateway.login;

import im.hongyan.gateway.limits.ClientAddresses;
import im.hongyan.gateway.limits.RateLimits;
import java.net.URI;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.reactive.function.client.WebClient;

/** The way from a client's token to an internal one. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(LoginProperties.class)
class LoginConfiguration {
  @Bean
  Logins logins(
      WebClient.Builder clients,
      LoginProperties properties,
      RateLimits limits,
      @Value("${hongyan.gateway.upstreams.auth-bridge}") URI authBridge,
      @Value("${hongyan.identity.service-secret:}") String serviceSecret) {
    WebClient client = clients.clone().baseUrl(authBridge.toString()).build();
    TokenExchange exchange = new TokenExchange(client, properties, serviceSecret);
    return new Logins(exchange, limits, properties, Clock.systemUTC());
  }

  @Bean
  LoginFilter loginFilter(Logins logins, RateLimits limits, ClientAddresses addresses) {
    return new LoginFilter(logins, limits, addresses);
  }
}
