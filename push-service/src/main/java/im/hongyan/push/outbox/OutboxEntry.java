package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;

/**
 * One durable entry of a receiver's outbox.
 *
 * @param id what the receiver acknowledges
 * @param seq its place in the receiver's outbox; increasing, with gaps
 * @param expiresAt milliseconds since 1970 from when it is worthless; {@link #NEVER}
 * @param cancelled whether it was recalled and must not be sent
 * @param message what is sent
 * @param <M> the form in which it is sent
 */
record OutboxEntry<M>(DeliveryId id, long seq, long expiresAt, boolean cancelled, M message) {
  /** Of an entry that does not expire. */
  static final long NEVER = Long.MAX_VALUE;

  /** When an entry expires that was created at {@code createdAt} with {@code expire} seconds. */
  static long expiresAt(long createdAt, int expire) {
    return expire <= 0 ? NEVER : createdAt + expire * 1000L;
  }
}
