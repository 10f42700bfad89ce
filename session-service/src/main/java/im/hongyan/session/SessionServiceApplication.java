package im.hongyan.session;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** session-service; its configuration file is {@code session-service.yml}. */
@SpringBootApplication
public class SessionServiceApplication {
  /** Starts the service on its own. */
  public static void main(String[] args) {
    new SpringApplicationBuilder(SessionServiceApplication.class)
        .properties("spring.config.name=session-service")
        .run(args);
  }
}
