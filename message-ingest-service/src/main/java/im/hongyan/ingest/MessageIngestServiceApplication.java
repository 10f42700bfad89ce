package im.hongyan.ingest;

import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.annotation.Bean;

/** The service of its own, and the context that the one-process mode starts. */
@SpringBootApplication
public class MessageIngestServiceApplication {
  /** The name of the configuration file, without its extension. */
  public static final String CONFIG_NAME = "message-ingest-service";

  /** Starts the service. */
  public static void main(String[] args) {
    builder().run(args);
  }

  /** The application, to be started with further properties. */
  public static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(MessageIngestServiceApplication.class)
        .properties("spring.config.name=" + CONFIG_NAME);
  }

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }
}
