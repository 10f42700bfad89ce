package im.hongyan.mqtt.hooks;

import java.util.concurrent.CompletionStage;

/** Decides who may connect to the broker, and hears who has. */
public interface BrokerHooks {
  /**
   * Decides about a client before it is connected. Called on a thread of its own, so it may block;
   * calls for different clients run side by side.
   *
   * @return the decision; a stage that fails or takes too long refuses the client as {@link
   *     Decision.Reason#UNAVAILABLE}
   */
  CompletionStage<Decision> authenticate(ConnectRequest request);

  /**
   * Hears that a client is connected; in order with {@link #disconnected} for one client id. Must
   * not block.
   */
  void connected(ClientConnection connection);

  /**
   * Hears that a connection is over, once for each {@link #connected}. Must not block.
   *
   * @param connection the same as it was told to {@code connected}
   * @param end how it ended
   */
  void disconnected(ClientConnection connection, ConnectionEnd end);
}
