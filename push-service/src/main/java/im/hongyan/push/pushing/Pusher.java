package im.hongyan.push.pushing;

import im.hongyan.model.UserId;

/** Puts bytes onto users' topics, without waiting. */
public interface Pusher {
  /**
   * Publishes to one user; what one thread publishes to one user keeps its order.
   *
   * @param onFailure called, on any thread and possibly before this returns, when it is not certain
   *     that the broker has taken it
   */
  void push(UserId receiver, byte[] json, Runnable onFailure);

  /** Whether publishing has a chance now. */
  boolean isConnected();
}
