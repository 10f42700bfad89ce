package im.hongyan.web;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.webflux.autoconfigure.error.ErrorWebFluxAutoConfiguration;
import org.springframework.boot.webflux.error.ErrorWebExceptionHandler;
import org.springframework.context.annotation.Bean;
import org.springframework.core.annotation.Order;

/** Failures of HTTP requests become problem details with {@code errcode}. */
@AutoConfiguration(before = ErrorWebFluxAutoConfiguration.class)
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
public class WebErrorsAutoConfiguration {
  /** Spring's own handlers begin at -1 and 0; this one comes before them. */
  private static final int BEFORE_SPRINGS_OWN = -2;

  @Bean
  @Order(BEFORE_SPRINGS_OWN)
  ErrorWebExceptionHandler hongyanProblemWriter() {
    return new ProblemWriter();
  }
}
