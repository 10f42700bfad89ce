package im.hongyan.push.fanout;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.util.List;

/** Who is in a session whose changes have never been told; blocking. */
@FunctionalInterface
interface Members {
  /** The members now; nobody where there is no such session. */
  List<UserId> now(SessionId session);
}
