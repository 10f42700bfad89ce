package im.hongyan.push.outbox;

import im.hongyan.codec.WireCodec;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.presence.Presence;
import im.hongyan.push.pushing.Pusher;
import java.time.InstantSource;

/** What the owners of outboxes work with; shared by all partitions. */
record OutboxTools(
    OutboxStore store,
    MessageStore messages,
    ContentBson contents,
    WireCodec codec,
    Presence presence,
    Pusher pusher,
    OutboxListener listener,
    Deliveries deliveries,
    OutboxMetrics metrics,
    InstantSource clock,
    OutboxProperties properties) {
  /** Milliseconds since 1970. */
  long now() {
    return clock.millis();
  }
}
