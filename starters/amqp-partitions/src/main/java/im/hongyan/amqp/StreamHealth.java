package im.hongyan.amqp;

import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.HealthIndicator;

/**
 * Up when every partition of every consumed stream is subscribed to, every publisher has its
 * channel, and broadcasts are heard.
 */
final class StreamHealth implements HealthIndicator {
  private final StreamFactory streams;

  StreamHealth(StreamFactory streams) {
    this.streams = streams;
  }

  @Override
  public Health health() {
    boolean up = streams.isRunning();
    Health.Builder health = Health.unknown();
    for (StreamConsumer consumer : streams.consumers()) {
      up &= consumer.isUp();
      health.withDetail(consumer.stream(), consumer.state());
    }
    for (ConfirmedPublisher<?> publisher : streams.publishers()) {
      up &= publisher.isUp();
      health.withDetail("to " + publisher.stream(), publisher.isUp() ? "open" : "no channel");
    }
    for (Broadcast<?> broadcast : streams.broadcasts()) {
      up &= broadcast.isUp();
    }
    return (up ? health.up() : health.down()).build();
  }
}
