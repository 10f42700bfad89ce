package im.hongyan.amqp;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * What was handed over together, often one event: shares its outcome and its order.
 *
 * <p>An event is always reachable from exactly one place: the publisher's inbox or the commands it
 * has taken from there, the group that is arriving in {@link Lanes}, a lane's waiting events or the
 * outstanding messages (in two of them for the moment in which it moves, never in none). So
 * whatever goes wrong, every event can be found and has an outcome.
 */
final class OutgoingGroup {
  /** An encoded event. A class, not a record: compared by identity, its bytes are nobody else's. */
  static final class Event {
    private final OutgoingGroup group;
    private final int partition;
    private final byte[] body;

    /** Its place in its lane; given when it arrives there. */
    private long place;

    private Event(OutgoingGroup group, int partition, byte[] body) {
      this.group = group;
      this.partition = partition;
      this.body = body;
    }

    OutgoingGroup group() {
      return group;
    }

    int partition() {
      return partition;
    }

    byte[] body() {
      return body;
    }

    long place() {
      return place;
    }

    void standAt(long newPlace) {
      place = newPlace;
    }
  }

  private final List<Event> events;
  private final boolean inOrder;
  private final long deadline;
  private final CompletableFuture<@Nullable Void> done = new CompletableFuture<>();

  // Changed by Lanes alone once the group is handed over.
  private int open;
  private long openBytes;
  private boolean failed;

  /** A group of {@code size} events; {@code deadline} as {@link System#nanoTime} tells it. */
  OutgoingGroup(int size, boolean inOrder, long deadline) {
    this.events = new ArrayList<>(size);
    this.inOrder = inOrder;
    this.deadline = deadline;
  }

  void add(int partition, byte[] body) {
    events.add(new Event(this, partition, body));
    open++;
    openBytes += body.length;
  }

  List<Event> events() {
    return events;
  }

  /** Whether each event waits until those before it in its partition are confirmed. */
  boolean inOrder() {
    return inOrder;
  }

  /** Until when its events may wait to be sent. */
  long deadline() {
    return deadline;
  }

  CompletableFuture<@Nullable Void> done() {
    return done;
  }

  /** Events without an outcome. */
  int open() {
    return open;
  }

  long openBytes() {
    return openBytes;
  }

  boolean hasFailed() {
    return failed;
  }

  /** Whether nothing of it is to be sent any more: it has failed or was cancelled. */
  boolean isOver() {
    return failed || done.isDone();
  }

  void close(Event event) {
    open--;
    openBytes -= event.body.length;
  }

  void closeAll() {
    open = 0;
    openBytes = 0;
  }

  void fail() {
    failed = true;
  }
}
