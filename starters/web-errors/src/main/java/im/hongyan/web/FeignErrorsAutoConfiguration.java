package im.hongyan.web;

import feign.Feign;
import feign.ResponseInterceptor;
import feign.Retryer;
import feign.codec.ErrorDecoder;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.cloud.openfeign.FeignAutoConfiguration;
import org.springframework.context.annotation.Bean;

/**
 * What a service that was asked refuses comes back as the {@code HongyanException} that it was
 * there; a service that cannot be reached, or does not answer in time, is UNAVAILABLE.
 */
@AutoConfiguration(before = FeignAutoConfiguration.class)
@ConditionalOnClass({Feign.class, FeignAutoConfiguration.class})
public class FeignErrorsAutoConfiguration {
  @Bean
  ErrorDecoder hongyanErrorDecoder() {
    return new ProblemReader();
  }

  @Bean
  Retryer hongyanRetryer() {
    return new UnreachableIsUnavailable();
  }

  @Bean
  ResponseInterceptor hongyanBrokenAnswers() {
    return new BrokenAnswerIsUnavailable();
  }
}
