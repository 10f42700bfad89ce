package im.hongyan.push.outbox;

import im.hongyan.model.UserId;
import im.hongyan.push.pushing.EncodedPush;

/** A receiver in memory; belongs to the partition's thread. */
final class Held {
  private final UserId user;
  private final ReceiverOutbox<EncodedPush> outbox;
  private long usedAt;

  Held(UserId user, ReceiverOutbox<EncodedPush> outbox) {
    this.user = user;
    this.outbox = outbox;
  }

  UserId user() {
    return user;
  }

  ReceiverOutbox<EncodedPush> outbox() {
    return outbox;
  }

  void used(long now) {
    usedAt = now;
  }

  boolean unusedSince(long time) {
    return usedAt < time;
  }
}
