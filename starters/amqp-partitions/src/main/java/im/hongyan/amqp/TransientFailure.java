package im.hongyan.amqp;

/** Tells failures that pass (a store is down) from those that come again with the same events. */
@FunctionalInterface
public interface TransientFailure {
  /** Whether trying the same again may succeed. */
  boolean isTransient(Throwable failure);

  /**
   * What is known to pass does: back ends that are down or slow, lost connections, a store without
   * its primary, a full heap. Everything else is tried a few times and then dead.
   */
  static TransientFailure standard() {
    return KnownFailures::pass;
  }
}
