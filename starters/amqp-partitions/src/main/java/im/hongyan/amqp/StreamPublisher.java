package im.hongyan.amqp;

import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events into a stream. Never waits for the broker on the caller's thread; events of one
 * partition reach it in the order of the calls. Safe for use by many threads.
 *
 * @param <E> the events of the stream
 */
public interface StreamPublisher<E> {
  /**
   * Publishes into the partition of a key.
   *
   * @return done when the broker has confirmed that the event is durable; failed with {@link
   *     im.hongyan.model.HongyanException} UNAVAILABLE when the broker is down, refused the event
   *     or did not confirm it in time (it may then still have arrived), or when too many events
   *     wait for their confirm; when cancelled before it was sent, it is not sent; failed with the
   *     codec's exception when the event cannot be encoded
   */
  CompletableFuture<@Nullable Void> publish(String key, E event);

  /**
   * Publishes into a partition by number; the result is that of {@link #publish}.
   *
   * @throws IllegalArgumentException when there is no such partition
   */
  CompletableFuture<@Nullable Void> publishTo(int partition, E event);
}
