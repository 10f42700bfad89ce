package im.hongyan.amqp;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Publishes events into a stream. Never waits for the broker on the caller's thread; events of one
 * partition reach it in the order of the calls. What the broker refuses, what no queue takes and
 * what a broken connection loses is sent again in its place, before anything behind it; so the
 * broker may get copies. Only where that takes too long an event fails, and with it all that waits
 * behind it in its partition, so that whoever sends all that failed again, in its order, keeps the
 * order. Safe for use by many threads.
 *
 * @param <E> the events of the stream
 */
public interface StreamPublisher<E> {
  /**
   * Publishes into the partition of a key.
   *
   * @return done when the broker has confirmed that the event is durable; failed with {@link
   *     im.hongyan.model.HongyanException} UNAVAILABLE when the broker did not confirm it in time
   *     (it may then still have arrived), or when too many events wait for their confirm; when
   *     cancelled before it was sent, it is not sent; failed with the codec's exception when the
   *     event cannot be encoded
   */
  CompletableFuture<@Nullable Void> publish(String key, E event);

  /**
   * Publishes into a partition by number; the result is that of {@link #publish}.
   *
   * @throws IllegalArgumentException when there is no such partition
   */
  CompletableFuture<@Nullable Void> publishTo(int partition, E event);

  /**
   * Publishes events that belong together, in their order: where one fails, none behind it is sent
   * any more. An event is sent only when those before it in its partition have been confirmed, or
   * in one message with them, so that even a broker that refuses one event and takes the next
   * cannot turn them round. Always admitted, however much waits: the caller, a stage that has taken
   * a batch off its own stream, waits for the outcome before it publishes the next.
   *
   * @return done when all events are confirmed; failed like {@link #publish} at the first that
   *     fails (others may have arrived); cancelled, what has not been sent is not sent. Completed
   *     on the thread that publishes: what hangs on it must be short and must not block
   * @throws IllegalArgumentException when there is no such partition
   */
  CompletableFuture<@Nullable Void> publishInOrder(List<Placed<E>> events);

  /**
   * An event and the partition that it goes to.
   *
   * @param partition from 0; {@link Partitioner} knows that of a key
   */
  record Placed<E>(int partition, E event) {}
}
