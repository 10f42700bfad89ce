package im.hongyan.push.fanout;

import im.hongyan.model.MessageId;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.MessageChange;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.wire.Content;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.StoredMessage;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code system} message that tells the members of a session what became of a message. */
final class MessageChangeNotice {
  private MessageChangeNotice() {}

  /** One for each request; of a recall one for each message, however often it is recalled. */
  static MessageId id(MessageChange change) {
    return switch (change) {
      case RecallRequested recall -> MessageId.ofRecall(recall.message());
      case EditModerated edit -> MessageId.ofChange(edit.message(), edit.request());
      case ReactionRequested reaction -> MessageId.ofChange(reaction.message(), reaction.request());
    };
  }

  static Content content(MessageChange change, StoredMessage changed, ContentBson contents) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", event(change));
    fields.put("session", changed.session().value());
    fields.put("messagerecvId", changed.id().value());
    fields.put("seq", changed.seq());
    fields.put("sender", changed.sender().value());
    fields.put("actor", change.actor().value());
    switch (change) {
      case RecallRequested recall -> {}
      case EditModerated edit -> fields.put("content", contents.toMap(edit.dealt()));
      case ReactionRequested reaction -> {
        fields.put("reaction", reaction.reaction());
        fields.put("remove", reaction.remove());
      }
    }
    return Content.ofSystem(fields);
  }

  private static String event(MessageChange change) {
    return switch (change) {
      case RecallRequested recall -> "msg_cancel";
      case EditModerated edit -> "msg_edit";
      case ReactionRequested reaction -> "msg_react";
    };
  }
}
