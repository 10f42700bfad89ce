package im.hongyan.identity;

import feign.Feign;
import feign.RequestInterceptor;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/** Requests to other services show the service secret. */
@AutoConfiguration(after = IdentityAutoConfiguration.class)
@ConditionalOnClass(Feign.class)
public class FeignIdentityAutoConfiguration {
  @Bean
  RequestInterceptor serviceSecretInterceptor(ServiceSecret secret) {
    return request -> {
      String value = secret.value();
      if (value != null) {
        request.header(ServiceSecret.HEADER, value);
      }
    };
  }
}
