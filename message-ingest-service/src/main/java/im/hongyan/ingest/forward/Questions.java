package im.hongyan.ingest.forward;

import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks other services without holding up whoever asks: each question on a virtual thread of its
 * own, no more than so many at a time, and only a few of them for one user; more fail at once.
 */
public final class Questions {
  private static final Duration UNTIL_ANSWERED = Duration.ofSeconds(1);

  private final Executor threads;
  private final Semaphore places;
  private final int atATimeOfUser;

  /** How many questions of each user are under way; who has none is not in it. */
  private final ConcurrentHashMap<UserId, Integer> underWay = new ConcurrentHashMap<>();

  Questions(Executor threads, int atATime, int atATimeOfUser) {
    this.threads = threads;
    this.places = new Semaphore(atATime);
    this.atATimeOfUser = atATimeOfUser;
  }

  /**
   * Asks on behalf of a user.
   *
   * @return the answer; fails with what the question throws, with RATE_LIMITED where too many of
   *     the user's are under way, or with UNAVAILABLE where too many of all are
   */
  public <T> CompletableFuture<T> ask(UserId user, Supplier<T> question) {
    if (!enter(user)) {
      return CompletableFuture.failedFuture(
          HongyanException.rateLimited(
              "more than %d requests wait for another service".formatted(atATimeOfUser),
              UNTIL_ANSWERED));
    }
    if (!places.tryAcquire()) {
      leave(user);
      return CompletableFuture.failedFuture(
          HongyanException.unavailable("too many requests wait for another service", null));
    }
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return question.get();
          } finally {
            places.release();
            leave(user);
          }
        },
        threads);
  }

  private boolean enter(UserId user) {
    int now = underWay.merge(user, 1, Integer::sum);
    if (now > atATimeOfUser) {
      leave(user);
      return false;
    }
    return true;
  }

  private void leave(UserId user) {
    underWay.computeIfPresent(user, Questions::oneLess);
  }

  private static @Nullable Integer oneLess(UserId user, int count) {
    return count == 1 ? null : count - 1;
  }
}
