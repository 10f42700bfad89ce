package im.hongyan.push;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** push-service; its configuration file is {@code push-service.yml}. */
@SpringBootApplication
public class PushServiceApplication {
  /** Starts the service on its own. */
  public static void main(String[] args) {
    new SpringApplicationBuilder(PushServiceApplication.class)
        .properties("spring.config.name=push-service")
        .run(args);
  }
}
