package im.hongyan.amqp;

import im.hongyan.model.HongyanException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * Tells publishers what became of their events, and counts it. Single events are completed by an
 * executor, so that what hangs on them does not hold up the publishing.
 */
final class Outcomes {
  private final String stream;
  private final StreamMetrics metrics;
  private final Executor completions;

  /** Touched by the owner thread alone. */
  private final List<Runnable> finished = new ArrayList<>();

  Outcomes(String stream, StreamMetrics metrics, Executor completions) {
    this.stream = stream;
    this.metrics = metrics;
    this.completions = completions;
  }

  /** The answer to what is not admitted; for any thread. */
  CompletableFuture<@Nullable Void> refuse(String reason) {
    metrics.failed().increment();
    return CompletableFuture.failedFuture(unavailable(reason, null));
  }

  HongyanException unavailable(String reason, @Nullable Throwable cause) {
    return HongyanException.unavailable("stream " + stream + ": " + reason, cause);
  }

  void sent(int events) {
    metrics.published().increment(events);
  }

  void confirmed(int events) {
    metrics.confirmed().increment(events);
  }

  void crashed() {
    metrics.crashes().increment();
  }

  void done(OutgoingGroup group) {
    finish(group, () -> group.done().complete(null));
  }

  void failed(OutgoingGroup group, HongyanException failure) {
    metrics.failed().increment(group.events().size());
    finish(group, () -> group.done().completeExceptionally(failure));
  }

  private void finish(OutgoingGroup group, Runnable completion) {
    if (group.inOrder()) {
      // A stage waits for it: waking it is quicker than telling somebody to wake it.
      completion.run();
    } else {
      finished.add(completion);
    }
  }

  /** Has all completed that is known since the last call. */
  void tell() {
    if (finished.isEmpty()) {
      return;
    }
    List<Runnable> batch = List.copyOf(finished);
    finished.clear();
    try {
      completions.execute(() -> batch.forEach(Runnable::run));
    } catch (RejectedExecutionException e) {
      // Closed meanwhile; nothing is left that this could hold up.
      batch.forEach(Runnable::run);
    }
  }
}
