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

  /** Why the event in work came back; told before its confirm. */
  private volatile @Nullable String returned;

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
      returned = null;
      open.basicPublish("", StreamTopology.DEAD_QUEUE, true, properties, body);
      open.waitForConfirmsOrDie(confirmTimeout.toMillis());
      String reasonOfReturn = returned;
      if (reasonOfReturn != null) {
        throw new IOException("no queue takes the dead event: " + reasonOfReturn);
      }
    } finally {
      lock.unlock();
    }
  }

  /** A channel to a queue that is there: declared each time, since an operator may delete it. */
  private Channel openChannel() throws IOException {
    Channel current = channel;
    if (current != null && current.isOpen()) {
      topology.declareDead(current);
      return current;
    }
    Channel opened = link.openChannel();
    try {
      topology.declareDead(opened);
      opened.confirmSelect();
      opened.addReturnListener(back -> returned = back.getReplyText());
    } catch (IOException | RuntimeException e) {
      PublishChannel.abort(opened);
      throw e;
    }
    channel = opened;
    return opened;
  }
}
