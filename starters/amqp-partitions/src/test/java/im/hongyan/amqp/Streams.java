package im.hongyan.amqp;

import com.rabbitmq.client.Address;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.springframework.util.unit.DataSize;
import tools.jackson.databind.json.JsonMapper;

/** Streams of a test, as an instance of a service has them. */
final class Streams implements AutoCloseable {
  record Letter(String from, int number, String text) {}

  static final JacksonCodec<Letter> CODEC = new JacksonCodec<>(new JsonMapper(), Letter.class);

  final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  final StreamFactory factory;
  private final URI uri;

  Streams(URI uri, AmqpProperties properties) {
    this.uri = uri;
    this.factory =
        new StreamFactory(
            properties,
            connections(uri),
            List.of(new Address(uri.getHost(), uri.getPort())),
            "test",
            TransientFailure.standard(),
            Clock.systemUTC(),
            () -> ThreadLocalRandom.current().nextLong(),
            meters);
  }

  static AmqpProperties properties(int partitions) {
    return properties(partitions, 32, Duration.ofMillis(50));
  }

  static AmqpProperties properties(int partitions, int prefetch, Duration acknowledgeWithin) {
    return new AmqpProperties(
        partitions,
        true,
        10_000,
        DataSize.ofMegabytes(32),
        1,
        256,
        DataSize.ofKilobytes(64),
        Duration.ofSeconds(3),
        prefetch,
        acknowledgeWithin,
        500,
        DataSize.ofMegabytes(1),
        Duration.ofMillis(50),
        Duration.ofMillis(20),
        Duration.ofMillis(100),
        3,
        Duration.ofMillis(200));
  }

  private static ConnectionFactory connections(URI uri) {
    try {
      ConnectionFactory connections = new ConnectionFactory();
      connections.setUri(uri);
      return connections;
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  interface ChannelWork<T> {
    T with(Channel channel) throws Exception;
  }

  /** Does something with a channel of its own, as an operator would. */
  <T> T operator(ChannelWork<T> work) throws Exception {
    try (Connection connection = connections(uri).newConnection()) {
      return work.with(connection.createChannel());
    }
  }

  double count(String meter) {
    var counter = meters.find("hongyan.stream." + meter).counter();
    return counter == null ? 0 : counter.count();
  }

  @Override
  public void close() {
    factory.close();
  }
}
