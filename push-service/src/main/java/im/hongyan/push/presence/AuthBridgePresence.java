package im.hongyan.push.presence;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.PresenceQuery;
import im.hongyan.model.UserId;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks auth-bridge-service; after a failure leaves it alone for a moment. Thread-safe. */
final class AuthBridgePresence implements Presence {
  private static final Logger log = LoggerFactory.getLogger(AuthBridgePresence.class);
  private static final int MAX_USERS = 1000;
  private static final Duration PAUSE_AFTER_FAILURE = Duration.ofSeconds(5);

  private final AuthBridgeClient authBridge;
  private final InstantSource clock;
  private volatile long notBefore = Long.MIN_VALUE;

  AuthBridgePresence(AuthBridgeClient authBridge, InstantSource clock) {
    this.authBridge = authBridge;
    this.clock = clock;
  }

  @Override
  public Optional<Set<UserId>> online(Set<UserId> users) {
    if (clock.millis() < notBefore) {
      return Optional.empty();
    }
    List<UserId> asked = new ArrayList<>(users);
    Set<UserId> online = new HashSet<>();
    try {
      for (int from = 0; from < asked.size(); from += MAX_USERS) {
        List<UserId> some = asked.subList(from, Math.min(from + MAX_USERS, asked.size()));
        online.addAll(authBridge.presence(new PresenceQuery(some)).online());
      }
      return Optional.of(online);
    } catch (RuntimeException e) {
      notBefore = clock.millis() + PAUSE_AFTER_FAILURE.toMillis();
      log.warn("It is not known who of {} users is online: {}", users.size(), e.toString());
      return Optional.empty();
    }
  }
}
