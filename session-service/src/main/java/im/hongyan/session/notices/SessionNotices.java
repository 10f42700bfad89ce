package im.hongyan.session.notices;

import im.hongyan.model.event.SessionEvent.SessionChanged;

/** Where changes of sessions are told. */
public interface SessionNotices {
  /**
   * Tells of a change and waits until that is durable.
   *
   * @throws im.hongyan.model.HongyanException UNAVAILABLE where it may not have arrived
   */
  void tell(SessionChanged event);
}
