package im.hongyan.push.fanout;

import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.SessionView;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The {@code system} message that tells the members of a session, and those who left, a change. */
final class ChangeNotice {
  private ChangeNotice() {}

  static MessageId id(SessionChanged change) {
    return MessageId.ofSessionChange(change.after().id(), change.after().version());
  }

  static Content content(SessionChanged change) {
    SessionView after = change.after();
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", change.change());
    fields.put("session", after.id().value());
    fields.put("kind", after.kind().wireName());
    if (after.name() != null) {
      fields.put("name", after.name());
    }
    if (after.avatar() != null) {
      fields.put("avatar", after.avatar());
    }
    if (after.owner() != null) {
      fields.put("owner", after.owner().value());
    }
    fields.put("admins", names(after.admins()));
    fields.put("added", names(change.added()));
    fields.put("removed", names(change.removed()));
    fields.put("actor", change.actor().value());
    fields.put("version", after.version());
    return Content.ofSystem(fields);
  }

  /** Who is told: all members after the change, and those who are no longer in it. */
  static List<UserId> receivers(SessionChanged change) {
    Set<UserId> receivers = new LinkedHashSet<>(change.after().members());
    receivers.addAll(change.removed());
    return List.copyOf(receivers);
  }

  /** Those who are told for the last time. */
  static List<UserId> leavers(SessionChanged change) {
    List<UserId> leavers = new ArrayList<>(change.removed());
    leavers.removeAll(change.after().members());
    return leavers;
  }

  private static List<String> names(List<UserId> users) {
    return users.stream().map(UserId::value).toList();
  }
}
