package im.hongyan.session.client;

import com.github.benmanes.caffeine.cache.Ticker;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.cloud.openfeign.EnableFeignClients;
import org.springframework.context.annotation.Bean;

/** The client and the directory, where {@code hongyan.session-client.url} says whom to ask. */
@AutoConfiguration
@ConditionalOnProperty("hongyan.session-client.url")
@EnableFeignClients(clients = SessionServiceClient.class)
@EnableConfigurationProperties(SessionClientProperties.class)
public class SessionClientAutoConfiguration {

  @Bean
  @ConditionalOnMissingBean
  SessionDirectory sessionDirectory(
      SessionServiceClient client, SessionClientProperties properties) {
    return new SessionDirectory(client, properties, Ticker.systemTicker());
  }
}
