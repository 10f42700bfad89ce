package im.hongyan.auth.connection;

import im.hongyan.model.event.PresenceEvent.StatusChanged;

/** Tells others of the state of a user. Best effort: never waits, never fails. */
@FunctionalInterface
public interface StatusNews {
  /** The state may be another one than before. */
  void tell(StatusChanged event);
}
