package im.hongyan.auth.connection;

import im.hongyan.model.DeviceId;
import im.hongyan.model.UserId;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * The MQTT clients that the broker of this process has now, from what it tells; none where the
 * broker is somewhere else. Thread-safe.
 */
public final class OpenClients {
  // Client ids with their connection that is open now.
  private final ConcurrentMap<String, String> open = new ConcurrentHashMap<>();

  /** A client is connected; {@code connection} tells it from earlier ones of the same client id. */
  public void opened(String clientId, String connection) {
    open.put(clientId, connection);
  }

  /**
   * A connection has ended.
   *
   * @return whether its client is gone; false where it has connected again
   */
  public boolean closed(String clientId, String connection) {
    return open.remove(clientId, connection);
  }

  /**
   * Whether an open client stands for a connection: the one that has made it known, or the one that
   * is named after its device. A user may say {@code connected} with one client for another one.
   */
  boolean standFor(UserId user, Connection connection) {
    return connection.transport().equals(Connections.MQTT)
        && ((connection.client() != null && open.containsKey(connection.client()))
            || open.containsKey(clientId(user, connection.device())));
  }

  private static String clientId(UserId user, DeviceId device) {
    return user.value() + ":" + device.value();
  }
}
