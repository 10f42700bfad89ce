package im.hongyan.session.store;

import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.session.conversation.Conversation;

/**
 * Where a page of sessions begins: behind this session. On the wire {@code <updatedAt>:<id>}.
 *
 * @param updatedAt milliseconds since 1970 of the last session's last change
 * @param id the last session
 */
record PageStart(long updatedAt, SessionId id) {

  static PageStart after(Conversation last) {
    return new PageStart(last.updatedAt(), last.id());
  }

  static PageStart parse(String text) {
    int colon = text.indexOf(':');
    try {
      if (colon > 0) {
        return new PageStart(
            Long.parseLong(text.substring(0, colon)), new SessionId(text.substring(colon + 1)));
      }
    } catch (NumberFormatException | HongyanException e) {
      throw refused();
    }
    throw refused();
  }

  private static HongyanException refused() {
    return HongyanException.badRequest("after: not a page (expected: next of the page before)");
  }

  @Override
  public String toString() {
    return updatedAt + ":" + id;
  }
}
