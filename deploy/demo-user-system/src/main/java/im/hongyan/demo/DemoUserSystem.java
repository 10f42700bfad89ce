package im.hongyan.demo;

import java.net.InetAddress;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.reactor.netty.NettyReactiveWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;

/**
 * A user system in which everybody is a user: the token of {@code alice} is {@code demo-alice}. For
 * trying only, so it listens on the loopback interface whatever is configured.
 */
@SpringBootApplication
public class DemoUserSystem {
  /** The application, ready to be given more properties and run. */
  public static SpringApplicationBuilder builder() {
    return new SpringApplicationBuilder(DemoUserSystem.class)
        .properties("spring.config.name=demo-user-system");
  }

  /** Starts it alone. */
  public static void main(String[] args) {
    builder().run(args);
  }

  /** Comes last, so that no property opens it to the network. */
  @Bean
  @Order(Ordered.LOWEST_PRECEDENCE)
  WebServerFactoryCustomizer<NettyReactiveWebServerFactory> onLoopbackOnly() {
    return factory -> factory.setAddress(InetAddress.getLoopbackAddress());
  }
}
