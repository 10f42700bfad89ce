package im.hongyan.push.outbox;

import im.hongyan.model.UserId;

/** Wants to know when something is stored for somebody; called often, must not wait. */
@FunctionalInterface
public interface OutboxListener {
  /** An entry of {@code receiver}'s outbox is durable. */
  void stored(UserId receiver);
}
