package im.hongyan.amqp;

import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import java.net.URI;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Streams on the embedded broker, or on the one that {@code hongyan.test.amqp} names. */
class StreamIT extends StreamContract {
  private static final String GIVEN = System.getProperty("hongyan.test.amqp", "");

  private static EmbeddedAmqp broker;

  @BeforeAll
  static void startBroker() {
    if (GIVEN.isEmpty()) {
      broker = EmbeddedAmqp.start(EmbeddedAmqpOptions.inMemory());
      uri = broker.uri();
    } else {
      uri = URI.create(GIVEN);
    }
  }

  /**
   * The embedded broker makes the next consumer active before it puts back what the last one has
   * not acknowledged. It serves one process, where no other instance stands by.
   */
  @Override
  protected boolean handsOverInOrder() {
    return !GIVEN.isEmpty();
  }

  @AfterAll
  static void stopBroker() {
    if (broker != null) {
      broker.close();
    }
  }
}
