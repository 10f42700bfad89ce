package im.hongyan.amqp;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import java.io.IOException;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Queues of a stream beyond its configured partitions, left from when there were more: what is in
 * them was accepted, nobody would consume it, and what is published now would pass it. So a stream
 * is not consumed until they are empty.
 */
final class LeftOutPartitions {
  private static final Logger log = LoggerFactory.getLogger(LeftOutPartitions.class);
  private static final long VALID_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final String stream;
  private final int partitions;
  private final StreamTopology topology;
  private final AmqpLink link;
  private final ReentrantLock lock = new ReentrantLock();
  private final Set<String> warned = new HashSet<>(); // guarded by the lock
  private long lookedAt; // guarded by the lock
  private boolean looked; // guarded by the lock
  private volatile @Nullable String complaint;

  LeftOutPartitions(String stream, int partitions, StreamTopology topology, AmqpLink link) {
    this.stream = stream;
    this.partitions = partitions;
    this.topology = topology;
    this.link = link;
  }

  /** What is wrong, in one line; null while nothing is known to be. */
  @Nullable String complaint() {
    return complaint;
  }

  /**
   * Returns when the stream may be consumed. May wait for the broker; one look serves all
   * partitions.
   *
   * @throws IOException when it may not, or when that could not be found out
   */
  void check() throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      if (!looked || System.nanoTime() - lookedAt > VALID_NANOS) {
        complaint = look();
        looked = true;
        lookedAt = System.nanoTime();
      }
    } finally {
      lock.unlock();
    }
    String found = complaint;
    if (found != null) {
      throw new IOException(found);
    }
  }

  private @Nullable String look() throws IOException {
    // A channel of its own: asking for a queue that is not there closes it.
    Channel channel = link.openChannel();
    try {
      String full = null;
      int next = partitions;
      for (AMQP.Queue.DeclareOk found = find(channel, next);
          found != null;
          found = find(channel, ++next)) {
        if (found.getMessageCount() > 0 && full == null) {
          full = "%s holds %d messages".formatted(found.getQueue(), found.getMessageCount());
        } else if (found.getMessageCount() == 0 && warned.add(found.getQueue())) {
          log.warn(
              "The queue {} is left from when there were more partitions than {}. It is empty:"
                  + " delete it once nobody uses it",
              found.getQueue(),
              partitions);
        }
      }
      return full == null
          ? null
          : ("%s, but hongyan.amqp.partitions is %d: %s is not consumed."
                  + " Set it to %d until the queue is empty, then change it")
              .formatted(full, partitions, stream, next);
    } finally {
      PublishChannel.abort(channel);
    }
  }

  private AMQP.Queue.@Nullable DeclareOk find(Channel channel, int partition) throws IOException {
    try {
      return channel.queueDeclarePassive(topology.queue(stream, partition));
    } catch (IOException e) {
      if (StreamTopology.isMissing(e)) {
        return null;
      }
      throw e;
    }
  }
}
