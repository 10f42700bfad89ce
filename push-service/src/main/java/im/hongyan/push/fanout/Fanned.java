package im.hongyan.push.fanout;

import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.wire.Content;
import im.hongyan.push.message.NewMessage;
import java.util.ArrayList;
import java.util.List;

/** A message that has its place in its session, and who is told of it. */
record Fanned(
    MessageId id,
    SessionId session,
    long seq,
    UserId sender,
    Content content,
    int expire,
    long createdAt,
    List<UserId> receivers,
    List<UserId> leavers) {
  /** What is stored now. */
  static Fanned of(NewMessage message, List<UserId> receivers, List<UserId> leavers) {
    return new Fanned(
        message.id(),
        message.session(),
        message.seq(),
        message.sender(),
        message.dealt(),
        message.expire(),
        message.createdAt(),
        receivers,
        leavers);
  }

  /** What {@code some} of its receivers are told, whose outboxes share a partition. */
  Deliver to(List<UserId> some) {
    List<UserId> leaving = new ArrayList<>(leavers);
    leaving.retainAll(some);
    return new Deliver(id, session, seq, sender, content, expire, createdAt, some, leaving);
  }
}
