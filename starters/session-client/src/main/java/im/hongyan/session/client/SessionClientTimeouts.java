package im.hongyan.session.client;

import feign.Request;
import org.springframework.context.annotation.Bean;

/** The time limits of this one client; Feign reads them in the client's own context. */
class SessionClientTimeouts {

  @Bean
  Request.Options sessionClientOptions(SessionClientProperties properties) {
    return new Request.Options(properties.connectTimeout(), properties.readTimeout(), false);
  }
}
