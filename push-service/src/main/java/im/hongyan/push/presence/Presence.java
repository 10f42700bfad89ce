package im.hongyan.push.presence;

import im.hongyan.model.UserId;
import java.util.Optional;
import java.util.Set;

/** Tells who is there. */
@FunctionalInterface
public interface Presence {
  /**
   * Those who are online; empty where that cannot be found out at the moment. Blocking, never
   * fails.
   */
  Optional<Set<UserId>> online(Set<UserId> users);
}
