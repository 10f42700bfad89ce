package im.hongyan.auth.client;

import feign.Request;
import org.springframework.context.annotation.Bean;

/** The time limits of this one client; Feign reads them in the client's own context. */
class AuthClientTimeouts {

  @Bean
  Request.Options authClientOptions(AuthClientProperties properties) {
    return new Request.Options(properties.connectTimeout(), properties.readTimeout(), false);
  }
}
