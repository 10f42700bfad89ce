package im.hongyan.session.store;

import im.hongyan.model.SessionId;
import im.hongyan.session.conversation.Conversation;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Some of a user's sessions, newest change first.
 *
 * @param sessions the sessions
 * @param muted those of them from which he wants no offline pushes
 * @param next where the next page begins; null on the last
 */
public record SessionPage(
    List<Conversation> sessions, Set<SessionId> muted, @Nullable String next) {
  /** Copies the collections. */
  public SessionPage {
    sessions = List.copyOf(sessions);
    muted = Set.copyOf(muted);
  }
}
