package im.hongyan.ingest.routing;

import im.hongyan.model.UserId;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs the tasks of one sender one after the other and those of different senders side by side,
 * without threads of its own: a task runs at once on the caller's thread where its sender's lane is
 * free, else on the thread that completes the task before it. A task is over when the stage that it
 * returned completes. What waits is bounded, for each sender and in all.
 */
final class SenderLanes {
  private final int maxWaitingOfOne;
  private final int maxWaitingOfAll;
  private final AtomicInteger waitingOfAll = new AtomicInteger();

  /** Of each sender with a task under way: the tasks behind it, changed within {@code compute}. */
  private final ConcurrentHashMap<UserId, Lane> lanes = new ConcurrentHashMap<>();

  SenderLanes(int maxWaitingOfOne, int maxWaitingOfAll) {
    this.maxWaitingOfOne = maxWaitingOfOne;
    this.maxWaitingOfAll = maxWaitingOfAll;
  }

  private static final class Lane {
    private @Nullable Queue<Supplier<CompletionStage<?>>> waiting;
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

  /** Runs a task in its turn; it must not block and must not throw. */
  Admission submit(UserId sender, Supplier<CompletionStage<?>> task) {
    Attempt attempt = new Attempt(task);
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

  /** One submission: {@code compute} gives back the lane alone, so the outcome is kept here. */
  private final class Attempt {
    private final Supplier<CompletionStage<?>> task;
    private Admission admission = Admission.ACCEPTED;
    private boolean startsNow;

    Attempt(Supplier<CompletionStage<?>> task) {
      this.task = task;
    }

    Lane admit(UserId sender, @Nullable Lane lane) {
      if (lane == null) {
        startsNow = true;
        return new Lane();
      }
      Queue<Supplier<CompletionStage<?>>> waiting = lane.waiting;
      if (waiting == null) {
        waiting = new ArrayDeque<>();
        lane.waiting = waiting;
      }
      if (waiting.size() >= maxWaitingOfOne) {
        admission = Admission.SENDER_FULL;
      } else if (waitingOfAll.get() >= maxWaitingOfAll) {
        admission = Admission.ALL_FULL;
      } else {
        waitingOfAll.incrementAndGet();
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
    if (departure.next != null) {
      waitingOfAll.decrementAndGet();
    }
    return departure.next;
  }

  /** The end of a task, likewise. */
  private static final class Departure {
    private @Nullable Supplier<CompletionStage<?>> next;

    @Nullable Lane leave(UserId sender, Lane lane) {
      next = lane.waiting == null ? null : lane.waiting.poll();
      return next == null ? null : lane;
    }
  }
}
