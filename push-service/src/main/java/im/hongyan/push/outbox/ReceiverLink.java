package im.hongyan.push.outbox;

import im.hongyan.model.UserId;
import im.hongyan.push.pushing.EncodedPush;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The way to the receivers of one partition, and what did not get through. The only part of a
 * partition that other threads touch: the publisher's callbacks, through {@link #lose}. All else
 * belongs to the partition's thread.
 */
final class ReceiverLink {
  private final OutboxTools tools;
  private final OutboxMetrics metrics;

  /** Receivers whose publishes did not reach the broker; filled by the publisher's callbacks. */
  private final Set<UserId> lost = ConcurrentHashMap.newKeySet();

  /** Replies that did not reach the broker; filled by the publisher's callbacks. */
  private final Map<UserId, byte[]> lostReplies = new ConcurrentHashMap<>();

  ReceiverLink(OutboxTools tools) {
    this.tools = tools;
    this.metrics = tools.metrics();
  }

  void clear() {
    lost.clear();
    lostReplies.clear();
  }

  boolean isUp() {
    return tools.pusher().isConnected();
  }

  void push(Held held, Effect.Push<EncodedPush> push) {
    UserId user = held.user();
    if (lost.contains(user)) {
      // Nothing may overtake what was lost; all of it is sent again when the link is back.
      held.outbox().linkLost();
      return;
    }
    EncodedPush message = push.entry().message();
    tools.pusher().push(user, message.to(push.entry().id()), () -> lose(user));
    if (push.again()) {
      metrics.redelivered.increment();
    } else {
      metrics.pushed.increment();
      metrics.firstPush(tools.now() - message.createdAt());
    }
  }

  void reply(UserId user, byte[] json) {
    tools
        .pusher()
        .push(
            user,
            json,
            () -> {
              lostReplies.put(user, json);
              lose(user);
            });
  }

  /** Tells something once; where it is lost, it is. */
  void notice(UserId user, byte[] json) {
    tools.pusher().push(user, json, () -> {});
  }

  private void lose(UserId user) {
    metrics.lostPublishes.increment();
    lost.add(user);
  }

  /** Tells the outboxes whose publishes were lost since the last time. */
  void noticeLostPublishes(HeldReceivers receivers) {
    for (Iterator<UserId> users = lost.iterator(); users.hasNext(); ) {
      Held held = receivers.find(users.next());
      users.remove();
      if (held != null) {
        held.outbox().linkLost();
      }
    }
  }

  /** The receiver is there anew: what was lost before is sent anew or is of no interest. */
  void startAfresh(UserId user) {
    lostReplies.remove(user);
    lost.remove(user);
  }

  /** The receiver is gone: his reply is of no interest. */
  void forgetReply(UserId user) {
    lostReplies.remove(user);
  }

  boolean owesReply(UserId user) {
    return lostReplies.containsKey(user);
  }

  void replyAgain() {
    for (UserId user : Set.copyOf(lostReplies.keySet())) {
      byte[] json = lostReplies.remove(user);
      if (json != null) {
        reply(user, json);
      }
    }
  }
}
