package im.hongyan.ingest.limit;

import io.github.bucket4j.TimeMeter;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The senders' rate limit. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(RateLimitProperties.class)
class LimitConfiguration {

  @Bean
  SenderRateLimit senderRateLimit(RateLimitProperties properties) {
    return new SenderRateLimit(properties, TimeMeter.SYSTEM_NANOTIME);
  }
}
