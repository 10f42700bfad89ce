package im.hongyan.web;

import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnThreading;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.thread.Threading;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.core.task.VirtualThreadTaskExecutor;
import org.springframework.web.reactive.config.BlockingExecutionConfigurer;
import org.springframework.web.reactive.config.WebFluxConfigurer;

/**
 * Controller methods that return plain values run on a virtual thread of their own. Spring Boot
 * does so only while it makes the application's task executor itself: a service that declares any
 * executor bean would silently have its controllers on the event loop. This holds in either case.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.REACTIVE)
@ConditionalOnThreading(Threading.VIRTUAL)
public class BlockingControllersAutoConfiguration {
  @Bean
  WebFluxConfigurer hongyanBlockingControllers() {
    return new OnVirtualThreads();
  }

  /** Comes after Spring Boot's own configurer: the last one wins. */
  @Order(Ordered.LOWEST_PRECEDENCE)
  private static final class OnVirtualThreads implements WebFluxConfigurer {
    @Override
    public void configureBlockingExecution(BlockingExecutionConfigurer configurer) {
      configurer.setExecutor(new VirtualThreadTaskExecutor("http-"));
    }
  }
}
