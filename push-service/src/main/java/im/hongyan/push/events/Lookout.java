package im.hongyan.push.events;

import im.hongyan.model.UserId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Looks whether another instance has stored something, which rings no bell here. Whoever of those
 * who wait comes first looks for all of them: what it costs does not grow with them. Thread-safe.
 */
final class Lookout {
  static final long EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
  private static final int USERS_A_QUERY = 1_000;

  private final Function<Collection<UserId>, Set<UserId>> whoHasSome;
  private final PollBell bell;
  private final LongSupplier nanoTime;
  private final AtomicLong lookedAt;

  /**
   * A lookout for those who wait at {@code bell}.
   *
   * @param whoHasSome those among some users for whom something may be there
   */
  Lookout(
      Function<Collection<UserId>, Set<UserId>> whoHasSome, PollBell bell, LongSupplier nanoTime) {
    this.whoHasSome = whoHasSome;
    this.bell = bell;
    this.nanoTime = nanoTime;
    this.lookedAt = new AtomicLong(nanoTime.getAsLong());
  }

  /** Rings for those who have something, unless somebody has looked a moment ago. */
  void look() {
    long last = lookedAt.get();
    long now = nanoTime.getAsLong();
    if (now - last < EVERY_NANOS || !lookedAt.compareAndSet(last, now)) {
      return;
    }
    List<UserId> waiting = new ArrayList<>(bell.waiters());
    for (int from = 0; from < waiting.size(); from += USERS_A_QUERY) {
      whoHasSome
          .apply(waiting.subList(from, Math.min(from + USERS_A_QUERY, waiting.size())))
          .forEach(bell::stored);
    }
  }
}
