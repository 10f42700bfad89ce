package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Puts events that can never be handled where an operator finds them, with the reason. */
final class DeadLetters {
  private static final int MAX_REASON = 2_000;

  private final AmqpLink link;
  private final StreamTopology topology;
  private final Duration confirmTimeout;
  private final Clock clock;
  private final ReentrantLock lock = new ReentrantLock();
  private @Nullable Channel channel; // guarded by the lock

  DeadLetters(AmqpLink link, StreamTopology topology, Duration confirmTimeout, Clock clock) {
    this.link = link;
    this.topology = topology;
    this.confirmTimeout = confirmTimeout;
    this.clock = clock;
  }

  /** Returns once the broker has confirmed it; any exception means it has to be tried again. */
  void bury(String stream, int partition, byte[] body, Throwable failure)
      throws IOException, InterruptedException, TimeoutException {
    String reason = String.valueOf(failure.getMessage());
    Map<String, Object> headers = new HashMap<>();
    headers.put("stream", stream);
    headers.put("partition", partition);
    headers.put("reason", reason.substring(0, Math.min(reason.length(), MAX_REASON)));
    headers.put("exception", failure.getClass().getName());
    headers.put("at", clock.instant().toString());
    AMQP.BasicProperties properties =
        new AMQP.BasicProperties.Builder()
            .contentType("application/json")
            .deliveryMode(2)
            .headers(headers)
            .build();
    lock.lockInterruptibly();
    try {
      Channel open = openChannel();
      open.basicPublish("", StreamTopology.DEAD_QUEUE, properties, body);
      open.waitForConfirmsOrDie(confirmTimeout.toMillis());
    } finally {
      lock.unlock();
    }
  }

  private Channel openChannel() throws IOException {
    Channel current = channel;
    if (current != null && current.isOpen()) {
      return current;
    }
    Channel opened = link.openChannel();
    topology.declareDead(opened);
    opened.confirmSelect();
    channel = opened;
    return opened;
  }
}
