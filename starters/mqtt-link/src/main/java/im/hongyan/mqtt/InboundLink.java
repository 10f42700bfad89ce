package im.hongyan.mqtt;

/**
 * The messages that clients publish to {@code /root/server/{userId}}.
 *
 * <p>Messages of one client connection are handed over in the order in which the client sent them.
 * A message is acknowledged only when the stage that the handler returned completes: towards the
 * broker where there is one, towards the client itself where the broker runs in this process. A
 * message whose stage completes exceptionally is not acknowledged and comes again, so a handler
 * must recognize what it has seen, and must complete exceptionally only what may succeed later.
 *
 * <p>A message may be handed over again while its first hand-over is still under way (after a lost
 * connection); then all later messages of its connection come again after it.
 */
public interface InboundLink extends AutoCloseable {
  /**
   * Begins to hand over messages; returns at once, the connection is made in the background.
   *
   * @param handler takes every message, quickly: it is called on the link's own thread
   * @throws IllegalStateException when the link has been started or closed before
   */
  void start(InboundHandler handler);

  /** Whether somebody has asked for messages; a service that only publishes never does. */
  boolean isStarted();

  /** Whether messages can arrive at this moment. */
  boolean isConnected();

  /** Stops handing over; what is not acknowledged by then comes again to whoever starts next. */
  @Override
  void close();
}
