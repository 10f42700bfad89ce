package im.hongyan.moderation;

import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;

/** The service of its own, and the context that the one-process mode starts. */
@SpringBootApplication
public class ModerationServiceApplication {
  /** The name of the configuration file, without its extension. */
  public static final String CONFIG_NAME = "moderation-service";

  /** Starts the service. */
  public static void main(String[] args) {
    builder().run(args);
  }

  /** The application, to be started with further properties. */
  public static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(ModerationServiceApplication.class)
        .properties("spring.config.name=" + CONFIG_NAME);
  }
}
