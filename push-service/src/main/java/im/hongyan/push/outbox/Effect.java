package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;

/**
 * What an outbox wants done. Effects of one outbox are carried out in their order, but for the
 * marks and loads, which may be gathered: marks come before loads.
 *
 * @param <M> the form in which a message is sent
 */
sealed interface Effect<M> {
  /**
   * Publish an entry.
   *
   * @param again whether it has been published before in this outbox's life
   */
  record Push<M>(OutboxEntry<M> entry, boolean again) implements Effect<M> {}

  /**
   * Read the open entries (unsent, status 0, or failed, status 2) with a greater {@code seq},
   * oldest first, and hand them to {@link ReceiverOutbox#loaded}.
   *
   * @param after the last one that is known
   * @param limit how many at most
   * @param newest the last one that was durable when this was asked for
   */
  record Load<M>(long after, int limit, long newest) implements Effect<M> {}

  /** Mark as delivered: it is this receiver's, and has been acknowledged. */
  record Delivered<M>(DeliveryId id) implements Effect<M> {}

  /**
   * Mark all that are open up to and with {@code seq} as delivered.
   *
   * @param passed how many of them were in the window
   */
  record DeliveredUpTo<M>(long seq, int passed) implements Effect<M> {}

  /** Find out whether it is this receiver's; if so, it has been acknowledged. */
  record CheckDelivered<M>(DeliveryId id, boolean upTo) implements Effect<M> {}

  /** Count a further try. */
  record Retried<M>(DeliveryId id) implements Effect<M> {}

  /** Mark as failed: the receiver does not acknowledge it. */
  record Failed<M>(DeliveryId id) implements Effect<M> {}

  /** Mark as expired: it is not sent any more. */
  record Expired<M>(DeliveryId id) implements Effect<M> {}
}
