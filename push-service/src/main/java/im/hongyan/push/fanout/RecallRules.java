package im.hongyan.push.fanout;

import im.hongyan.model.HongyanException;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.push.message.StoredMessage;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may recall what: its sender for a while, the owner and the admins of the session always. Time
 * is that of the request's acceptance, so that a request which comes again is judged as before.
 */
final class RecallRules {
  private final Duration window;

  RecallRules(Duration window) {
    this.window = window;
  }

  /**
   * Why a message is not recalled.
   *
   * @param message what is stored under the id that the request names
   * @return NOT_FOUND, FORBIDDEN or CONFLICT; empty where it is recalled, or was before
   */
  Optional<HongyanException> refusalOf(RecallRequested request, @Nullable StoredMessage message) {
    if (message == null || !message.session().equals(request.session())) {
      return Optional.of(
          HongyanException.notFound(
              "messagerecvId: %s (expected: a message of session %s)",
              request.message(), request.session()));
    }
    if (message.clientMsgId() == null) {
      return Optional.of(
          HongyanException.forbidden(
              "messagerecvId: %s is what the server told (expected: what a member has sent)",
              request.message()));
    }
    if (request.keeper()) {
      return Optional.empty();
    }
    if (!message.sender().equals(request.actor())) {
      return Optional.of(
          HongyanException.forbidden(
              "%s may not recall a message of %s (expected: its sender, the owner or an admin)",
              request.actor(), message.sender()));
    }
    long age = request.at() - message.createdAt();
    if (!message.cancelled() && age > window.toMillis()) {
      return Optional.of(
          HongyanException.conflict(
              "the message is %d ms old (expected: at most %d)", age, window.toMillis()));
    }
    return Optional.empty();
  }
}
