package im.hongyan.session.store;

import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.session.conversation.Conversation;
import java.util.List;
import java.util.Set;

/**
 * A session as it is stored.
 *
 * @param session the session
 * @param untold its changes that may not have reached the stream yet, oldest first
 * @param left the last few who left of their own accord, oldest first
 * @param muted who wants no offline pushes from it
 */
public record StoredSession(
    Conversation session, List<SessionChanged> untold, List<Departure> left, Set<UserId> muted) {
  /** Copies the collections. */
  public StoredSession {
    untold = List.copyOf(untold);
    left = List.copyOf(left);
    muted = Set.copyOf(muted);
  }

  /** Whether {@code user} is out of it because he has left, later than {@code begin}. */
  public boolean wasLeftBy(UserId user, long begin) {
    return !session.members().contains(user)
        && left.stream().anyMatch(one -> one.user().equals(user) && one.at() > begin);
  }
}
