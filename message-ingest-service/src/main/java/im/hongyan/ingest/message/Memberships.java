package im.hongyan.ingest.message;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionView;
import java.util.concurrent.CompletableFuture;

/** Knows who may write where. */
@FunctionalInterface
interface Memberships {
  /**
   * The session, where {@code user} may write in it. Never blocks; completed already where the
   * session is remembered.
   *
   * @return fails with NOT_FOUND, FORBIDDEN where he is no member, CONFLICT where nobody is left in
   *     it, UNAVAILABLE where session-service has to be asked and is down
   */
  CompletableFuture<SessionView> of(SessionId session, UserId user);
}
