package im.hongyan.ingest.message;

import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ContentType;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a member may say: stricter than what can be read, since it goes to others and is kept.
 * Fields that are not named here are the application's own.
 */
final class ContentRules {
  /** Mentions everybody. No user id has this form. */
  static final String EVERYBODY = "*";

  private static final int MAX_PARTS = 100;
  private static final int MAX_LINK = 4096;

  private ContentRules() {}

  /**
   * Checks a content.
   *
   * @throws HongyanException BAD_REQUEST with the field that is wrong, or FORBIDDEN
   */
  static void check(Content content, SessionView session, UserId sender) {
    if (content.type() == ContentType.SYSTEM) {
      throw HongyanException.forbidden("content.type: system (expected: what a client may send)");
    }
    links("content.images", content.images());
    links("content.videos", content.videos());
    links("content.files", content.files());
    links("content.audios", content.audios());
    if (content.link() != null) {
      link("content.link", content.link());
    }
    if (content.reference() != null) {
      reference(content.reference());
    }
    mentions(content.other().get("mentions"), session, sender);
  }

  private static void links(String field, @Nullable List<Object> parts) {
    if (parts == null) {
      return;
    }
    atMost(field, parts.size());
    for (int i = 0; i < parts.size(); i++) {
      link("%s[%d]".formatted(field, i), parts.get(i));
    }
  }

  private static void link(String field, @Nullable Object value) {
    @Nullable Object link = value instanceof Map<?, ?> object ? object.get("url") : value;
    if (!(link instanceof String text) || text.isBlank() || text.length() > MAX_LINK) {
      throw HongyanException.badRequest(
          "%s: no link (expected: 1 to %d characters, or an object with them in url)",
          field, MAX_LINK);
    }
  }

  private static void reference(Object value) {
    @Nullable Object id = value instanceof Map<?, ?> object ? object.get("messagerecvId") : null;
    if (!(id instanceof String text)) {
      throw HongyanException.badRequest(
          "content.reference: names no message (expected: an object with its messagerecvId)");
    }
    try {
      new MessageId(text);
    } catch (HongyanException e) {
      throw HongyanException.badRequest("content.reference.%s", String.valueOf(e.getMessage()));
    }
  }

  private static void mentions(@Nullable Object value, SessionView session, UserId sender) {
    if (value == null) {
      return;
    }
    if (!(value instanceof List<?> mentions)) {
      throw HongyanException.badRequest(
          "content.mentions: wrong type (expected: an array of user ids)");
    }
    atMost("content.mentions", mentions.size());
    for (Object mention : mentions) {
      if (EVERYBODY.equals(mention)) {
        mayMentionEverybody(session, sender);
      } else if (!isMember(mention, session)) {
        throw HongyanException.badRequest(
            "content.mentions: %.70s (expected: members of the session, or \"*\")",
            String.valueOf(mention));
      }
    }
  }

  private static boolean isMember(@Nullable Object mention, SessionView session) {
    return mention instanceof String name
        && session.members().stream().anyMatch(member -> member.value().equals(name));
  }

  private static void mayMentionEverybody(SessionView session, UserId sender) {
    boolean keeper = sender.equals(session.owner()) || session.admins().contains(sender);
    if (session.kind() == SessionKind.GROUP && !keeper) {
      throw HongyanException.forbidden(
          "content.mentions: %s may not mention everybody (expected: the owner or an admin)",
          sender);
    }
  }

  private static void atMost(String field, int found) {
    if (found > MAX_PARTS) {
      throw HongyanException.badRequest("%s: %d (expected: at most %d)", field, found, MAX_PARTS);
    }
  }
}
