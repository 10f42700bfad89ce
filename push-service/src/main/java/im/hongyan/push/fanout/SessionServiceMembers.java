package im.hongyan.push.fanout;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.session.client.SessionServiceClient;
import java.util.List;

/** Asks session-service. */
final class SessionServiceMembers implements Members {
  private final SessionServiceClient sessions;

  SessionServiceMembers(SessionServiceClient sessions) {
    this.sessions = sessions;
  }

  @Override
  public List<UserId> now(SessionId session) {
    try {
      return sessions.session(session.value()).members();
    } catch (HongyanException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return List.of();
      }
      throw e;
    }
  }
}
