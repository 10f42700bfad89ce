package im.hongyan.standalone.backend;

import im.hongyan.mqtt.hooks.BrokerHooks;
import im.hongyan.mqtt.hooks.ClientConnection;
import im.hongyan.mqtt.hooks.ConnectRequest;
import im.hongyan.mqtt.hooks.ConnectionEnd;
import im.hongyan.mqtt.hooks.Decision;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Stands between the broker and the service that decides for it, because the broker is there first:
 * until that service is ready, clients are told to try again.
 */
public final class LateHooks implements BrokerHooks {
  private volatile @Nullable BrokerHooks decider;

  /** From now on {@code hooks} decides. */
  public void decideBy(BrokerHooks hooks) {
    decider = hooks;
  }

  @Override
  public CompletionStage<Decision> authenticate(ConnectRequest request) {
    BrokerHooks current = decider;
    return current == null
        ? CompletableFuture.completedFuture(
            new Decision.Refused(Decision.Reason.UNAVAILABLE, "the server is starting or stopping"))
        : current.authenticate(request);
  }

  @Override
  public void connected(ClientConnection connection) {
    BrokerHooks current = decider;
    if (current != null) {
      current.connected(connection);
    }
  }

  @Override
  public void disconnected(ClientConnection connection, ConnectionEnd end) {
    BrokerHooks current = decider;
    if (current != null) {
      current.disconnected(connection, end);
    }
  }
}
