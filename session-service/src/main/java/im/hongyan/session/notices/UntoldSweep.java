package im.hongyan.session.notices;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.session.store.SessionStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Tells what a crash, or a broker that was down, has left untold: at start and from then on. */
final class UntoldSweep {
  private static final Logger log = LoggerFactory.getLogger(UntoldSweep.class);
  private static final int SESSIONS_AT_ONCE = 500;
  private static final int GIVE_UP_AFTER = 5;

  private final SessionStore store;
  private final Teller teller;
  private final RandomGenerator random;

  UntoldSweep(SessionStore store, Teller teller, RandomGenerator random) {
    this.store = store;
    this.teller = teller;
    this.random = random;
  }

  /**
   * Tells all it can. A session that cannot be told holds up no other; where the broker or the
   * store seems to be down it gives up until the next time, for each try may take as long as a
   * confirm. Each time it goes in another order: a few that stay unavailable do not always come
   * first.
   */
  @Scheduled(fixedDelayString = "${hongyan.session.sweep-interval:5s}")
  void sweep() {
    int told = 0;
    int unavailableInARow = 0;
    for (SessionId session : untold()) {
      try {
        teller.tell(session);
        told++;
        unavailableInARow = 0;
      } catch (RuntimeException e) {
        log.warn("Changes of session {} stay untold for now: {}", session, e.toString());
        unavailableInARow += isUnavailable(e) ? 1 : 0;
        if (unavailableInARow == GIVE_UP_AFTER) {
          break;
        }
      }
    }
    if (told > 0) {
      log.info("Told the changes of {} sessions that had been left untold", told);
    }
  }

  private List<SessionId> untold() {
    try {
      List<SessionId> untold = new ArrayList<>(store.untold(SESSIONS_AT_ONCE));
      Collections.shuffle(untold, random);
      return untold;
    } catch (HongyanException e) {
      log.warn("Changes of sessions stay untold for now: {}", e.getMessage());
      return List.of();
    }
  }

  private static boolean isUnavailable(RuntimeException e) {
    return e instanceof HongyanException known && known.code() == ErrorCode.UNAVAILABLE;
  }
}
