package im.hongyan.push.events;

import im.hongyan.model.UserId;
import im.hongyan.push.outbox.OutboxListener;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Wakes those who wait for something to be stored for a user. Thread-safe. */
final class PollBell implements OutboxListener {
  private final Map<UserId, Set<Waiting>> waiting = new ConcurrentHashMap<>();

  /** One who waits, from before he looks until he has found something or gives up. */
  final class Waiting implements AutoCloseable {
    private final UserId user;
    private final Semaphore rung = new Semaphore(0);

    private Waiting(UserId user) {
      this.user = user;
    }

    /**
     * Waits until something is stored, or was since the last time, or time is up.
     *
     * @return false when time is up
     */
    boolean await(long nanos) throws InterruptedException {
      boolean stored = rung.tryAcquire(nanos, TimeUnit.NANOSECONDS);
      if (stored) {
        rung.drainPermits();
      }
      return stored;
    }

    @Override
    public void close() {
      waiting.computeIfPresent(
          user,
          (key, others) -> {
            others.remove(this);
            return others.isEmpty() ? null : others;
          });
    }
  }

  Waiting wait(UserId user) {
    Waiting one = new Waiting(user);
    waiting.compute(
        user,
        (key, others) -> {
          Set<Waiting> all = others == null ? ConcurrentHashMap.newKeySet() : others;
          all.add(one);
          return all;
        });
    return one;
  }

  /** Those for whom somebody waits. */
  Set<UserId> waiters() {
    return Set.copyOf(waiting.keySet());
  }

  int numberOfWaiters() {
    return waiting.size();
  }

  @Override
  public void stored(UserId receiver) {
    Set<Waiting> all = waiting.get(receiver);
    if (all != null) {
      all.forEach(one -> one.rung.release());
    }
  }
}
