package im.hongyan.push.reading;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Positions in memory. */
public final class FakeReadPositions implements ReadPositions {
  private final Map<List<Object>, ReadPosition> positions = new LinkedHashMap<>();
  private final List<Integer> writes = new ArrayList<>();

  /** How many positions each command has written. */
  public List<Integer> writes() {
    return writes;
  }

  /** How far somebody has read, 0 where he has not. */
  public long seq(SessionId session, UserId user) {
    ReadPosition position = positions.get(List.<Object>of(session, user));
    return position == null ? 0 : position.seq();
  }

  @Override
  public void advance(Collection<ReadPosition> further) {
    if (!further.isEmpty()) {
      writes.add(further.size());
    }
    further.forEach(
        position ->
            positions.merge(
                List.of(position.session(), position.user()),
                position,
                (old, now) ->
                    new ReadPosition(
                        old.session(),
                        old.user(),
                        Math.max(old.seq(), now.seq()),
                        Math.max(old.joined(), now.joined()),
                        Math.max(old.updatedAt(), now.updatedAt()))));
  }

  @Override
  public List<ReadPosition> of(SessionId session) {
    return positions.values().stream().filter(one -> one.session().equals(session)).toList();
  }

  @Override
  public List<ReadPosition> since(UserId user, long time, int limit) {
    return positions.values().stream()
        .filter(one -> one.user().equals(user) && one.updatedAt() >= time)
        .sorted(Comparator.comparingLong(ReadPosition::updatedAt))
        .limit(limit)
        .toList();
  }

  @Override
  public Map<SessionId, ReadPosition> of(UserId user, Collection<SessionId> sessions) {
    Map<SessionId, ReadPosition> found = new HashMap<>();
    positions.values().stream()
        .filter(one -> one.user().equals(user) && sessions.contains(one.session()))
        .forEach(one -> found.put(one.session(), one));
    return found;
  }
}
