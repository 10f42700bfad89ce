package im.hongyan.auth.usersystem;

import im.hongyan.model.HongyanException;

/** The customer's user system. One package for each way to ask it. */
public interface UserSystem {
  /**
   * Who a token belongs to. May block; never called on an event loop.
   *
   * @param token as the client holds it, never empty
   * @throws HongyanException UNAUTHENTICATED where it is refused, UNAVAILABLE where the user system
   *     cannot be asked or does not make sense
   */
  Owner ownerOf(String token);

  /**
   * Whether it judges tokens by itself: nothing need then be done to spare a user system that is
   * down, and tokens that cannot be judged say nothing about those that can.
   */
  default boolean isLocal() {
    return false;
  }

  /** Whether an answer about {@code token} is remembered, so that asking costs nothing. */
  default boolean knows(String token) {
    return false;
  }
}
