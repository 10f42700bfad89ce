package im.hongyan.session.store;

import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.session.conversation.Conversation;
import java.util.List;

/**
 * A session as it is stored.
 *
 * @param session the session
 * @param untold its changes that may not have reached the stream yet, oldest first
 * @param left the last few who left of their own accord, oldest first
 */
public record StoredSession(
    Conversation session, List<SessionChanged> untold, List<Departure> left) {
  /** Copies the lists. */
  public StoredSession {
    untold = List.copyOf(untold);
    left = List.copyOf(left);
  }

  /** Whether {@code user} is out of it because he has left, later than {@code begin}. */
  public boolean wasLeftBy(UserId user, long begin) {
    return !session.members().contains(user)
        && left.stream().anyMatch(one -> one.user().equals(user) && one.at() > begin);
  }
}
