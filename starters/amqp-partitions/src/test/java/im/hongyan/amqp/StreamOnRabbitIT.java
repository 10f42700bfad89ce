package im.hongyan.amqp;

import java.net.URI;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;
import org.testcontainers.rabbitmq.RabbitMQContainer;

/** Streams on RabbitMQ 4 in a container; skipped where there is no Docker. */
@Testcontainers(disabledWithoutDocker = true)
class StreamOnRabbitIT extends StreamContract {
  @Container
  private static final RabbitMQContainer RABBIT =
      new RabbitMQContainer("rabbitmq:4.1.5-management");

  @BeforeAll
  static void useContainer() {
    uri =
        URI.create(
            "amqp://%s:%s@%s:%d"
                .formatted(
                    RABBIT.getAdminUsername(),
                    RABBIT.getAdminPassword(),
                    RABBIT.getHost(),
                    RABBIT.getAmqpPort()));
  }
}
