package im.hongyan.push.fanout;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.ServerMessage.MsgVerdict;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What the sender of a message gets that moderation has refused. It says that it was refused and
 * not why: whoever is told the word only writes it otherwise.
 */
final class RejectionNotice {
  static final String REASON = "moderation refused the content";

  private RejectionNotice() {}

  /** In its place in the session, for whoever was away as well. */
  static Content content(MessageReceived message) {
    Map<String, Object> fields = new LinkedHashMap<>();
    fields.put("event", "msg_verdict");
    fields.put("session", message.session().value());
    fields.put("messagerecvId", message.id().value());
    fields.put("clientMsgId", message.clientMsgId());
    fields.put("errcode", ErrorCode.REJECTED.number());
    fields.put("errmsg", REASON);
    return Content.ofSystem(fields);
  }

  /** At once, to the devices that are there. */
  static MsgVerdict verdict(MessageReceived message) {
    return new MsgVerdict(
        message.id(),
        message.clientMsgId(),
        message.session(),
        ErrorCode.REJECTED.number(),
        REASON);
  }
}
