package im.hongyan.session.presence;

import im.hongyan.model.UserId;
import im.hongyan.model.wire.UserStatus;
import java.util.Map;
import java.util.Set;

/** Knows who is there. */
@FunctionalInterface
public interface Peers {
  /** The state of those of whom it can be found out now. Blocking, never fails. */
  Map<UserId, UserStatus> of(Set<UserId> users);
}
