package im.hongyan.push.reading;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * How far members have read. Positions never go back, so whatever is stored may be stored again, in
 * any order. Blocking; failures are runtime exceptions, and what was asked for may or may not have
 * been done then.
 */
public interface ReadPositions {
  /** Stores positions, with one command; one that is behind what is stored changes nothing. */
  void advance(Collection<ReadPosition> positions);

  /** The positions in a session, also of those who have left it. */
  List<ReadPosition> of(SessionId session);

  /**
   * A user's positions that have moved at {@code time} or later, at most {@code limit}, oldest
   * first.
   */
  List<ReadPosition> since(UserId user, long time, int limit);

  /** A user's positions in those of some sessions where he has one. */
  Map<SessionId, ReadPosition> of(UserId user, Collection<SessionId> sessions);
}
