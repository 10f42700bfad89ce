package im.hongyan.amqp;

/**
 * Hears a broadcast. Called on one thread; must not block for long.
 *
 * @param <E> the events
 */
@FunctionalInterface
public interface BroadcastListener<E> {
  /** An event arrived. */
  void on(E event);

  /** Events may have been missed, here or by who sent them: whoever caches should forget. */
  default void missed() {}
}
