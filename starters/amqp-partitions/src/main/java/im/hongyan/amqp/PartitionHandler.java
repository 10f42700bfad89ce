package im.hongyan.amqp;

import java.util.List;

/**
 * What a service does with the events of a stream. All calls for one partition come from one thread
 * at a time; different partitions run side by side. The broker gives a partition to one instance at
 * a time; but one that it has taken it from may not know yet, and be in the middle of a batch. So
 * what is written must not depend on being alone: what may exist once is named and unique.
 *
 * @param <E> the events of the stream
 */
public interface PartitionHandler<E> {
  /**
   * Handles events in order and returns when every effect is durable; only then are they taken off
   * the broker. Must be idempotent: after a failure or a change of owner events come again.
   *
   * @throws PoisonEventException when one event can never be handled: it goes to the dead queue,
   *     the rest comes again
   * @throws Exception anything else: all events come again, after a pause where the failure is a
   *     {@linkplain TransientFailure transient} one, else at most a few times, then one by one
   */
  void handle(int partition, List<E> events) throws Exception;

  /**
   * Forgets what is held in memory about a partition: another instance may have owned it in
   * between. Called after each subscription, again before its first events, and before the next
   * events when another instance turns out to have worked on the partition meanwhile.
   */
  default void reset(int partition) throws Exception {}

  /**
   * Called about every tick interval between batches, whether there are events or not.
   *
   * @param heardUpTo what was published before this time, by the publishers' clocks in milliseconds
   *     since 1970, has been handled; earlier than now while events wait. So who waits for an event
   *     until some time must not give up before this has passed it
   */
  default void tick(int partition, long heardUpTo) throws Exception {}
}
