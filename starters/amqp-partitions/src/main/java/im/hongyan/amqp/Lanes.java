package im.hongyan.amqp;

import im.hongyan.amqp.OutgoingGroup.Event;
import im.hongyan.model.HongyanException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The order of a stream's events: which wait, which are on their way, which may go next, and what
 * becomes of them when the broker answers or does not. Belongs to one thread, does no input or
 * output, knows no channel, and is told the time.
 *
 * <p>What the broker refuses or loses goes back to its place and is sent again before anything that
 * stands behind it: events are named after what they are, so a copy does no harm, and being late
 * does. Only an event whose time is over fails, and with it all that waits behind it in its lane.
 *
 * <p>Nobody else changes what a group holds as open or failed, and what was admitted leaves here.
 */
final class Lanes {
  /** How much goes at once. */
  record Limits(int messagesInFlight, int eventsPerMessage, long messageSize) {}

  private final Limits limits;
  private final Admission admission;
  private final Outcomes outcomes;
  private final Backoff refusedAgain;
  private final List<Lane> lanes;

  /** By number, oldest first. */
  private final Map<Long, Sent> outstanding = new LinkedHashMap<>();

  private @Nullable OutgoingGroup arriving;
  private @Nullable Long lastAnswerAt;

  /** {@code refusedAgain}: how long what was refused waits before it is sent again. */
  Lanes(
      int partitions, Limits limits, Admission admission, Outcomes outcomes, Backoff refusedAgain) {
    this.limits = limits;
    this.admission = admission;
    this.outcomes = outcomes;
    this.refusedAgain = refusedAgain;
    List<Lane> all = new ArrayList<>(partitions);
    for (int partition = 0; partition < partitions; partition++) {
      all.add(new Lane(partition));
    }
    this.lanes = List.copyOf(all);
  }

  List<Lane> all() {
    return lanes;
  }

  void arrive(OutgoingGroup group) {
    arriving = group;
    for (Event event : group.events()) {
      lanes.get(event.partition()).add(event);
    }
    arriving = null;
  }

  /** The events that may go as the lane's next message; they wait until {@link #sent} is told. */
  List<Event> mayGo(Lane lane, long now) {
    if (lane.unconfirmed() >= limits.messagesInFlight() || lane.isHeld(now)) {
      return List.of();
    }
    Event first = nextOf(lane);
    if (first == null || lane.mustWait(first)) {
      return List.of();
    }
    List<Event> events = new ArrayList<>();
    long size = 0;
    for (Event next : lane.waiting()) {
      size += next.body().length;
      boolean full = events.size() == limits.eventsPerMessage() || size > limits.messageSize();
      // The first is alive; whoever is cancelled behind it is passed over in the next message.
      if (!events.isEmpty() && (full || next.group().isOver())) {
        break;
      }
      events.add(next);
    }
    return events;
  }

  /** The next event to send; those of a group that was cancelled or has failed are passed over. */
  private @Nullable Event nextOf(Lane lane) {
    Event next = lane.first();
    while (next != null && next.group().isOver()) {
      lane.removeFirst(1);
      next.group().fail();
      close(next);
      next = lane.first();
    }
    return next;
  }

  /**
   * The lane's first events are about to go as message {@code number}. They are outstanding before
   * they stop waiting, so that they can be found whatever fails in between.
   */
  void sent(Lane lane, List<Event> events, long number, long now) {
    Sent sent = new Sent(lane, number, events, now);
    outstanding.put(number, sent);
    lane.sent(sent);
    lane.removeFirst(events.size());
    outcomes.sent(events.size());
  }

  /** The broker has message {@code number}, with {@code multiple} all before it as well. */
  void confirmed(long number, boolean multiple, long now) {
    lastAnswerAt = now;
    for (Sent sent : outstanding(number, multiple)) {
      outstanding.remove(sent.number());
      confirm(sent);
    }
  }

  /** The broker does not take message {@code number}, with {@code multiple} all before it too. */
  void refused(long number, boolean multiple, long now) {
    lastAnswerAt = now;
    for (Sent sent : outstanding(number, multiple)) {
      putBack(sent);
      sent.lane().pauseAfterRefusal(refusedAgain, now);
    }
  }

  /** Message {@code number} could not be written, and never can be. */
  void unsendable(long number, RuntimeException cause) {
    fail(outstanding(number, false), "the events could not be sent: " + cause, cause);
  }

  private List<Sent> outstanding(long number, boolean multiple) {
    if (!multiple) {
      Sent sent = outstanding.get(number);
      return sent == null ? List.of() : List.of(sent);
    }
    return outstanding.values().stream().takeWhile(sent -> sent.number() <= number).toList();
  }

  private void confirm(Sent sent) {
    sent.lane().confirmed(sent);
    outcomes.confirmed(sent.events().size());
    for (Event event : sent.events()) {
      close(event);
      OutgoingGroup group = event.group();
      if (group.open() == 0 && !group.hasFailed()) {
        outcomes.done(group);
      }
    }
  }

  /** Nothing that is outstanding will be answered any more: all of it is to be sent again. */
  void lostAll() {
    List.copyOf(outstanding.values()).forEach(this::putBack);
  }

  private void putBack(Sent sent) {
    List<Event> alive = new ArrayList<>();
    List<Event> over = new ArrayList<>();
    for (Event event : sent.events()) {
      (event.group().isOver() ? over : alive).add(event);
    }
    sent.lane().putBack(sent, alive);
    outstanding.remove(sent.number());
    for (Event event : over) {
      event.group().fail();
      close(event);
    }
  }

  /** When the oldest outstanding message was sent; {@code otherwise} when there is none. */
  long oldestSentAt(long otherwise) {
    Iterator<Sent> oldestFirst = outstanding.values().iterator();
    return oldestFirst.hasNext() ? oldestFirst.next().at() : otherwise;
  }

  /** Whether the broker has answered anything since the oldest outstanding message was sent. */
  boolean hasAnsweredSinceOldest() {
    Long answered = lastAnswerAt;
    return answered != null && answered - oldestSentAt(answered) > 0;
  }

  /** Fails lanes with a message that was sent before {@code latest} and is not answered. */
  void expireSent(long latest, String reason) {
    Set<Lane> late = Collections.newSetFromMap(new IdentityHashMap<>());
    for (Sent sent : outstanding.values()) {
      if (sent.at() - latest >= 0) {
        break;
      }
      late.add(sent.lane());
    }
    fail(
        outstanding.values().stream().filter(sent -> late.contains(sent.lane())).toList(),
        reason,
        null);
  }

  /** Fails what waits in lanes whose first event has waited too long. */
  void expireWaiting(long now) {
    List<Lane> late = new ArrayList<>();
    for (Lane lane : lanes) {
      Event first = nextOf(lane);
      if (first != null && now - first.group().deadline() > 0) {
        late.add(lane);
      }
    }
    if (!late.isEmpty()) {
      failWaiting(late, outcomes.unavailable("the broker did not take the event in time", null));
    }
  }

  /** Fails messages, what waits behind them in their lanes, and the groups of all that. */
  private void fail(Collection<Sent> lost, String reason, @Nullable Throwable cause) {
    if (lost.isEmpty()) {
      return;
    }
    HongyanException failure = outcomes.unavailable(reason, cause);
    List<Lane> behind = new ArrayList<>();
    for (Sent sent : lost) {
      outstanding.remove(sent.number());
      sent.lane().answered(sent);
      behind.add(sent.lane());
      for (Event event : sent.events()) {
        close(event);
        fail(event.group(), failure);
      }
    }
    failWaiting(behind, failure);
  }

  private void failWaiting(List<Lane> behind, HongyanException failure) {
    for (Lane lane : behind) {
      for (Event event : lane.waiting()) {
        fail(event.group(), failure);
      }
    }
    for (Lane lane : lanes) {
      lane.removeIf(
          event -> {
            if (event.group().hasFailed()) {
              close(event);
            }
            return event.group().hasFailed();
          });
    }
  }

  private void fail(OutgoingGroup group, HongyanException failure) {
    if (!group.hasFailed()) {
      group.fail();
      outcomes.failed(group, failure);
    }
  }

  /** An event has its outcome, whatever it is. */
  private void close(Event event) {
    event.group().close(event);
    admission.leave(1, event.body().length);
  }

  /**
   * Nothing is known of what was under way: all of it fails, and with it groups that have not
   * arrived here.
   */
  void failAll(Collection<OutgoingGroup> notArrived, HongyanException failure) {
    Set<OutgoingGroup> known = Collections.newSetFromMap(new IdentityHashMap<>());
    known.addAll(notArrived);
    outstanding.values().forEach(sent -> sent.events().forEach(event -> known.add(event.group())));
    for (Lane lane : lanes) {
      lane.waiting().forEach(event -> known.add(event.group()));
    }
    if (arriving != null) {
      known.add(arriving);
    }
    for (OutgoingGroup group : known) {
      admission.leave(group.open(), group.openBytes());
      group.closeAll();
      fail(group, failure);
    }
    outstanding.clear();
    lanes.forEach(Lane::clear);
    arriving = null;
  }
}
