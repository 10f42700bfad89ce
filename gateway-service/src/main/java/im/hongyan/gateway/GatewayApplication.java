package im.hongyan.gateway;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/** The gateway as a process of its own. */
@SpringBootApplication
@ConfigurationPropertiesScan
public class GatewayApplication {
  /** Starts the gateway; options are Spring Boot's. */
  public static void main(String[] args) {
    new SpringApplicationBuilder(GatewayApplication.class)
        .properties("spring.config.name=gateway-service")
        .run(args);
  }
}
