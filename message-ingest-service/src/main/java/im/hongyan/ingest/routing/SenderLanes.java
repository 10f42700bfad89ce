package im.hongyan.ingest.routing;

import im.hongyan.model.UserId;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one sender one after the other and those of different senders side by side,
 * without threads of its own: a task runs at once on the caller's thread where its sender's lane is
 * free, else on the thread that completes the task before it. A task is over when the stage that it
 * returned completes. What waits is bounded in number and in bytes, for each sender and in all.
 */
final class SenderLanes {
  private final Room ofOne;
  private final Room ofAll;
  private final AtomicInteger waitingOfAll = new AtomicInteger();
  private final AtomicLong bytesOfAll = new AtomicLong();

  /** Of each sender with a task under way: the tasks behind it, changed within {@code compute}. */
  private final ConcurrentHashMap<UserId, Lane> lanes = new ConcurrentHashMap<>();

  SenderLanes(Room ofOne, Room ofAll) {
    this.ofOne = ofOne;
    this.ofAll = ofAll;
  }

  /**
   * How much may wait.
   *
   * @param tasks how many
   * @param bytes of how many bytes together
   */
  record Room(int tasks, long bytes) {
    /** Whether something fits beside what is there; something large fits where nothing is. */
    boolean admits(long tasksThere, long bytesThere, int size) {
      return tasksThere < tasks && (tasksThere == 0 || bytesThere + size <= bytes);
    }
  }

  private record Waiting(Supplier<CompletionStage<?>> task, int size) {}

  private static final class Lane {
    private @Nullable Queue<Waiting> waiting;
    private long bytes;
  }

  /** What becomes of a task. */
  enum Admission {
    /** It runs now, or when its turn comes. */
    ACCEPTED,
    /** The sender has too many waiting. */
    SENDER_FULL,
    /** All together have too many waiting. */
    ALL_FULL
  }

  /**
   * Runs a task in its turn; it must not block and must not throw.
   *
   * @param size the bytes that it holds on to while it waits
   */
  Admission submit(UserId sender, int size, Supplier<CompletionStage<?>> task) {
    Attempt attempt = new Attempt(new Waiting(task, size));
    lanes.compute(sender, attempt::admit);
    if (attempt.startsNow) {
      run(sender, task);
    }
    return attempt.admission;
  }

  /** How many tasks wait. */
  int waiting() {
    return waitingOfAll.get();
  }

  /** How many bytes they hold on to. */
  long waitingBytes() {
    return bytesOfAll.get();
  }

  /** One submission: {@code compute} gives back the lane alone, so the outcome is kept here. */
  private final class Attempt {
    private final Waiting task;
    private Admission admission = Admission.ACCEPTED;
    private boolean startsNow;

    Attempt(Waiting task) {
      this.task = task;
    }

    Lane admit(UserId sender, @Nullable Lane lane) {
      if (lane == null) {
        startsNow = true;
        return new Lane();
      }
      Queue<Waiting> waiting = lane.waiting;
      if (waiting == null) {
        waiting = new ArrayDeque<>();
        lane.waiting = waiting;
      }
      if (!ofOne.admits(waiting.size(), lane.bytes, task.size())) {
        admission = Admission.SENDER_FULL;
      } else if (!ofAll.admits(waitingOfAll.get(), bytesOfAll.get(), task.size())) {
        admission = Admission.ALL_FULL;
      } else {
        waitingOfAll.incrementAndGet();
        bytesOfAll.addAndGet(task.size());
        lane.bytes += task.size();
        waiting.add(task);
      }
      return lane;
    }
  }

  private void run(UserId sender, Supplier<CompletionStage<?>> first) {
    Supplier<CompletionStage<?>> task = first;
    while (task != null) {
      var stage = task.get().toCompletableFuture();
      if (!stage.isDone()) {
        var _ = stage.whenComplete((result, failure) -> runNext(sender));
        return;
      }
      task = next(sender);
    }
  }

  private void runNext(UserId sender) {
    Supplier<CompletionStage<?>> task = next(sender);
    if (task != null) {
      run(sender, task);
    }
  }

  /** The sender's next task; where there is none his lane is gone. */
  private @Nullable Supplier<CompletionStage<?>> next(UserId sender) {
    Departure departure = new Departure();
    lanes.computeIfPresent(sender, departure::leave);
    Waiting next = departure.next;
    if (next == null) {
      return null;
    }
    waitingOfAll.decrementAndGet();
    bytesOfAll.addAndGet(-next.size());
    return next.task();
  }

  /** The end of a task, likewise. */
  private static final class Departure {
    private @Nullable Waiting next;

    @Nullable Lane leave(UserId sender, Lane lane) {
      Waiting first = lane.waiting == null ? null : lane.waiting.poll();
      next = first;
      if (first == null) {
        return null;
      }
      lane.bytes -= first.size();
      return lane;
    }
  }
}
