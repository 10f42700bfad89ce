package im.hongyan.amqp;

import im.hongyan.amqp.OutgoingGroup.Event;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A partition: what waits to be sent, in its order, and how many messages are unconfirmed. */
final class Lane {
  private final int partition;
  private ArrayDeque<Event> waiting = new ArrayDeque<>();
  private long arrived;
  private int unconfirmed;

  /** The message that was sent last, while it is unconfirmed. */
  private @Nullable Sent last;

  /**
   * The broker has refused something: until all else is answered nothing goes, or it would pass.
   */
  private boolean repeating;

  private int refusals;
  private long notBefore;

  Lane(int partition) {
    this.partition = partition;
  }

  int partition() {
    return partition;
  }

  /** What waits; the oldest first. */
  Iterable<Event> waiting() {
    return waiting;
  }

  @Nullable Event first() {
    return waiting.peek();
  }

  void add(Event event) {
    event.standAt(arrived++);
    waiting.add(event);
  }

  void removeFirst(int events) {
    for (int i = 0; i < events; i++) {
      waiting.remove();
    }
  }

  void removeIf(Predicate<Event> condition) {
    waiting.removeIf(condition);
  }

  int unconfirmed() {
    return unconfirmed;
  }

  /** Whether nothing may be sent for now, since something was refused. */
  boolean isHeld(long now) {
    return (repeating && unconfirmed > 0) || (refusals > 0 && now - notBefore < 0);
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

  void confirmed(Sent sent) {
    refusals = 0;
    answered(sent);
  }

  /** The message's events that still matter stand where they stood before it was sent. */
  void putBack(Sent sent, List<Event> events) {
    List<Event> all = new ArrayList<>(events);
    all.addAll(waiting);
    all.sort(Comparator.comparingLong(Event::place));
    waiting = new ArrayDeque<>(all);
    answered(sent);
  }

  /** Holds the lane until what else is unconfirmed is answered, and for a pause at least. */
  void pauseAfterRefusal(Backoff pause, long now) {
    repeating = unconfirmed > 0;
    refusals++;
    notBefore = now + pause.nanos(refusals);
  }

  void answered(Sent sent) {
    unconfirmed--;
    repeating &= unconfirmed > 0;
    if (sent.equals(last)) {
      last = null;
    }
  }

  void clear() {
    waiting.clear();
    unconfirmed = 0;
    last = null;
    repeating = false;
    refusals = 0;
  }
}
