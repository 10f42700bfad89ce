package im.hongyan.session.notices;

import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.session.store.SessionStore;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;

/** Tells what a crash, or a broker that was down, has left untold: at start and from then on. */
final class UntoldSweep {
  private static final Logger log = LoggerFactory.getLogger(UntoldSweep.class);
  private static final int SESSIONS_AT_ONCE = 500;

  private final SessionStore store;
  private final Teller teller;

  UntoldSweep(SessionStore store, Teller teller) {
    this.store = store;
    this.teller = teller;
  }

  /** Tells all; gives up until the next time where the broker or the store is down. */
  @Scheduled(fixedDelayString = "${hongyan.session.sweep-interval:5s}")
  void sweep() {
    try {
      List<SessionId> untold = store.untold(SESSIONS_AT_ONCE);
      for (SessionId session : untold) {
        teller.tell(session);
      }
      if (!untold.isEmpty()) {
        log.info("Told the changes of {} sessions that had been left untold", untold.size());
      }
    } catch (HongyanException e) {
      log.warn("Changes of sessions stay untold for now: {}", e.getMessage());
    }
  }
}
