package im.hongyan.ingest.forward;

import im.hongyan.model.HongyanException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Asks other services without holding up whoever asks: each question on a virtual thread of its
 * own, no more than so many at a time; more fail at once.
 */
public final class Questions {
  private final Executor threads;
  private final Semaphore places;

  Questions(Executor threads, int atATime) {
    this.threads = threads;
    this.places = new Semaphore(atATime);
  }

  /**
   * Asks.
   *
   * @return the answer; fails with what the question throws, or UNAVAILABLE where too many are
   *     being asked
   */
  public <T> CompletableFuture<T> ask(Supplier<T> question) {
    if (!places.tryAcquire()) {
      return CompletableFuture.failedFuture(
          HongyanException.unavailable("too many requests wait for another service", null));
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return question.get();
          } finally {
            places.release();
          }
        },
        threads);
  }
}
