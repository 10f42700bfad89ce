package im.hongyan.identity;

import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.web.reactive.result.method.HandlerMethodArgumentResolver;
import org.springframework.web.server.WebFilter;

/** Callers of controllers, and the paths that only services may call. */
@AutoConfiguration
@EnableConfigurationProperties(IdentityProperties.class)
public class IdentityAutoConfiguration {
  @Bean
  ServiceSecret serviceSecret(IdentityProperties properties) {
    return new ServiceSecret(properties.serviceSecret());
  }

  /** Keys from auth-bridge-service; where that service brings its own verifier, this one rests. */
  @Bean
  @ConditionalOnMissingBean
  @ConditionalOnProperty("hongyan.identity.jwks-url")
  InternalTokens internalTokens(
      IdentityProperties properties, ServiceSecret secret, ObjectProvider<Clock> clock) {
    URI url = properties.jwksUrl();
    if (url == null) {
      throw new IllegalStateException("hongyan.identity.jwks-url: empty (expected: a URL)");
    }
    Clock time = clock.getIfAvailable(Clock::systemUTC);
    return new InternalTokens(new RemoteKeys(url, secret, time)::find, time);
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
  static class Web {
    @Bean
    HandlerMethodArgumentResolver callerResolver(
        ObjectProvider<InternalTokens> tokens,
        IdentityProperties properties,
        ObjectProvider<Clock> clock) {
      return new CallerResolver(
          tokens, clock.getIfAvailable(Clock::systemUTC), properties.cachedTokens());
    }

    @Bean
    @Order(Ordered.HIGHEST_PRECEDENCE + 100)
    WebFilter internalPathsFilter(
        ServiceSecret secret, @Value("${server.address:}") String address) {
      if (secret.value() == null && !isLoopback(address)) {
        throw new IllegalStateException(
            "hongyan.identity.service-secret: missing (expected: a secret, because others can reach"
                + " server.address %s, and with it /internal)"
                    .formatted(address.isEmpty() ? "0.0.0.0" : address));
      }
      return new InternalPathsFilter(secret);
    }

    /** Without an address a server listens on all. */
    private static boolean isLoopback(String address) {
      try {
        return !address.isEmpty() && InetAddress.getByName(address).isLoopbackAddress();
      } catch (UnknownHostException e) {
        // The server, which cannot listen there, says so.
        return true;
      }
    }
  }
}
