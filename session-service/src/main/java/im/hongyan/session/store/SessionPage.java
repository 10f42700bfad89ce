package im.hongyan.session.store;

import im.hongyan.session.conversation.Conversation;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Some of a user's sessions, newest change first.
 *
 * @param sessions the sessions
 * @param next where the next page begins; null on the last
 */
public record SessionPage(List<Conversation> sessions, @Nullable String next) {
  /** Copies the list. */
  public SessionPage {
    sessions = List.copyOf(sessions);
  }
}
