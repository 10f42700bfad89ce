package im.hongyan.push.history;

import im.hongyan.amqp.BroadcastListener;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.session.client.SessionDirectory;

/** Keeps what is known of members fresh: whoever was removed must not go on reading. */
final class SessionNews implements BroadcastListener<SessionEvent> {
  private final SessionDirectory sessions;

  SessionNews(SessionDirectory sessions) {
    this.sessions = sessions;
  }

  @Override
  public void on(SessionEvent event) {
    if (event instanceof SessionEvent.SessionChanged changed) {
      sessions.onSessionChanged(changed);
    }
  }

  @Override
  public void missed() {
    sessions.forgetAll();
  }
}
