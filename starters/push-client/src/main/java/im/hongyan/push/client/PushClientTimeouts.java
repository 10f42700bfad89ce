package im.hongyan.push.client;

import feign.Request;
import org.springframework.context.annotation.Bean;

/** The time limits of this one client; Feign reads them in the client's own context. */
class PushClientTimeouts {

  @Bean
  Request.Options pushClientOptions(PushClientProperties properties) {
    return new Request.Options(properties.connectTimeout(), properties.readTimeout(), false);
  }
}
