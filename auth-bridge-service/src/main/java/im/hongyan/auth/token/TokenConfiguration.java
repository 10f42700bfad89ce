package im.hongyan.auth.token;

import im.hongyan.identity.InternalTokens;
import java.time.Clock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The issuer, and the verifier that knows its key without asking over the network. */
@Configuration(proxyBeanMethods = false)
class TokenConfiguration {
  private static final Logger log = LoggerFactory.getLogger(TokenConfiguration.class);

  @Bean
  TokenIssuer tokenIssuer(TokenProperties properties, Clock clock) {
    if (properties.privateKey() == null) {
      log.warn(
          "hongyan.token.private-key is not set: this instance signs with a key of its own, which no"
              + " other one accepts and which ends with it");
    }
    return new TokenIssuer(
        SigningKey.loadOrMake(properties.privateKey()),
        properties.verifyKeys().stream().map(SigningKey::loadPublic).toList(),
        properties.ttl(),
        clock);
  }

  @Bean
  InternalTokens internalTokens(TokenIssuer issuer, Clock clock) {
    return new InternalTokens(issuer::find, clock);
  }
}
