package im.hongyan.session.notices;

import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.session.store.SessionStore;
import im.hongyan.session.store.StoredSession;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Tells what is untold of a session, oldest first, each after the one before it is durable. Whoever
 * tells a version has read the document after that version was stored and so tells all untold ones
 * before it: the first copies of a session's notices come in the order of its versions, from
 * however many instances. Further copies may follow; those who read the stream drop them by {@code
 * MessageId.ofSessionChange}.
 */
public final class Teller {
  private static final int STRIPES = 256;

  private final SessionStore store;
  private final SessionNotices notices;
  private final Duration patience;

  /** One at a time tells of a session here, so that concurrent requests do not tell it twice. */
  private final ReentrantLock[] locks =
      Stream.generate(ReentrantLock::new).limit(STRIPES).toArray(ReentrantLock[]::new);

  /** A teller that waits at most {@code patience} for another one of the same session. */
  public Teller(SessionStore store, SessionNotices notices, Duration patience) {
    this.store = store;
    this.notices = notices;
    this.patience = patience;
  }

  /**
   * Tells everything that is untold of a session now.
   *
   * @throws HongyanException UNAVAILABLE where some of it could not be told; it stays untold
   */
  public void tell(SessionId id) {
    ReentrantLock lock = locks[Math.floorMod(id.hashCode(), STRIPES)];
    if (!acquired(lock)) {
      throw HongyanException.unavailable(
          "the change is stored but not yet told to the members", null);
    }
    try {
      store.find(id).ifPresent(this::tellUntold);
    } finally {
      lock.unlock();
    }
  }

  private void tellUntold(StoredSession stored) {
    if (stored.untold().isEmpty()) {
      return;
    }
    for (SessionChanged change : stored.untold()) {
      notices.tell(change);
    }
    store.told(stored.session().id(), stored.untold().getLast().after().version());
  }

  private boolean acquired(ReentrantLock lock) {
    try {
      return lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
