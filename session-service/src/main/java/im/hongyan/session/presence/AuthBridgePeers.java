package im.hongyan.session.presence;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.Presence;
import im.hongyan.auth.client.AuthBridgeClient.PresenceQuery;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.UserStatus;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks auth-bridge-service. While it is down, sessions are listed without. */
final class AuthBridgePeers implements Peers {
  private static final Logger log = LoggerFactory.getLogger(AuthBridgePeers.class);

  private final AuthBridgeClient authBridge;

  AuthBridgePeers(AuthBridgeClient authBridge) {
    this.authBridge = authBridge;
  }

  @Override
  public Map<UserId, UserStatus> of(Set<UserId> users) {
    if (users.isEmpty()) {
      return Map.of();
    }
    Presence presence;
    try {
      presence = authBridge.presence(new PresenceQuery(List.copyOf(users)));
    } catch (RuntimeException e) {
      log.warn("It is not known who of {} peers is there: {}", users.size(), e.toString());
      return Map.of();
    }
    Map<UserId, UserStatus> statuses = new HashMap<>();
    users.forEach(user -> statuses.put(user, UserStatus.OFFLINE));
    presence.online().forEach(user -> statuses.put(user, UserStatus.ONLINE));
    presence.busy().forEach(user -> statuses.put(user, UserStatus.BUSY));
    return statuses;
  }
}
