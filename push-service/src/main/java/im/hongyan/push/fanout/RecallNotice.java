package im.hongyan.push.fanout;

import im.hongyan.model.MessageId;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.wire.Content;
import im.hongyan.push.message.StoredMessage;
import java.util.LinkedHashMap;
import java.util.Map;

/** The {@code system} message that tells those who have a message that it was recalled. */
final class RecallNotice {
  private RecallNotice() {}

  /** One for each message, however often it is recalled. */
  static MessageId id(MessageId recalled) {
    return MessageId.ofRecall(recalled);
  }

  static Content content(RecallRequested request, StoredMessage recalled) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", "msg_cancel");
    fields.put("session", recalled.session().value());
    fields.put("messagerecvId", recalled.id().value());
    fields.put("seq", recalled.seq());
    fields.put("sender", recalled.sender().value());
    fields.put("actor", request.actor().value());
    return Content.ofSystem(fields);
  }
}
