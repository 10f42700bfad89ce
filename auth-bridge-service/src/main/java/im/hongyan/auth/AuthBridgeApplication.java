package im.hongyan.auth;

import java.time.Clock;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;
import org.springframework.context.annotation.Bean;

/** auth-bridge-service: the customer's user system, tokens, connections, the broker's questions. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class AuthBridgeApplication {
  /** The name of the service's own configuration file. */
  public static final String CONFIG_NAME = "auth-bridge-service";

  /** The application, ready to be given more properties and run. */
  public static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(AuthBridgeApplication.class)
        .properties("spring.config.name=" + CONFIG_NAME);
  }

  /** Starts the service alone. */
  public static void main(String[] args) {
    builder().run(args);
  }

  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }
}
