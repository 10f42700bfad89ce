package im.hongyan.systemtests.people;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;

/** What a user has got, over all his connections; copies are dropped by their delivery id. */
final class Inbox {
  private final Set<DeliveryId> seen = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<ServerMessage.MsgPush> pushes = new LinkedBlockingQueue<>();
  private final BlockingQueue<ServerMessage> notices = new LinkedBlockingQueue<>();
  private final BlockingQueue<Reply> ofOthers = new LinkedBlockingQueue<>();
  private final BlockingQueue<Reply> unasked = new LinkedBlockingQueue<>();

  void push(ServerMessage.MsgPush push) {
    if (seen.add(push.deliveryId())) {
      pushes.add(push);
    }
  }

  void notice(ServerMessage notice) {
    notices.add(notice);
  }

  void unasked(Reply reply) {
    unasked.add(reply);
  }

  void ofAnotherDevice(Reply reply) {
    ofOthers.add(reply);
  }

  BlockingQueue<Reply> ofOthers() {
    return ofOthers;
  }

  BlockingQueue<ServerMessage.MsgPush> pushes() {
    return pushes;
  }

  BlockingQueue<ServerMessage> notices() {
    return notices;
  }

  BlockingQueue<Reply> unasked() {
    return unasked;
  }
}
