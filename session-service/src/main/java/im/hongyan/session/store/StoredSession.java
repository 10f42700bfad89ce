package im.hongyan.session.store;

import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.session.conversation.Conversation;
import java.util.List;

/**
 * A session as it is stored.
 *
 * @param session the session
 * @param untold its changes that may not have reached the stream yet, oldest first
 */
public record StoredSession(Conversation session, List<SessionChanged> untold) {
  /** Copies the list. */
  public StoredSession {
    untold = List.copyOf(untold);
  }
}
