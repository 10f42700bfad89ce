package im.hongyan.amqp;

import im.hongyan.amqp.OutgoingGroup.Event;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A partition: what waits to be sent, and how many messages are unconfirmed. */
final class Lane {
  private final int partition;
  private final ArrayDeque<Event> waiting = new ArrayDeque<>();
  private int unconfirmed;

  /** The message that was sent last, while it is unconfirmed. */
  private @Nullable Sent last;

  Lane(int partition) {
    this.partition = partition;
  }

  int partition() {
    return partition;
  }

  ArrayDeque<Event> waiting() {
    return waiting;
  }

  int unconfirmed() {
    return unconfirmed;
  }

  /** Whether the event's predecessor in its group is unconfirmed: groups never mix in a lane. */
  boolean mustWait(Event next) {
    Sent before = last;
    return next.group().inOrder()
        && before != null
        && before.events().getLast().group().equals(next.group());
  }

  void sent(Sent sent) {
    unconfirmed++;
    last = sent;
  }

  void answered(Sent sent) {
    unconfirmed--;
    if (sent.equals(last)) {
      last = null;
    }
  }

  void clear() {
    waiting.clear();
    unconfirmed = 0;
    last = null;
  }
}
