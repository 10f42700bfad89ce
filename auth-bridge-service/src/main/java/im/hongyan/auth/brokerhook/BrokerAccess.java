package im.hongyan.auth.brokerhook;

import im.hongyan.auth.token.Authenticator;
import im.hongyan.identity.ServiceSecret;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import im.hongyan.mqtt.hooks.Decision;
import im.hongyan.mqtt.hooks.Decision.Reason;
import im.hongyan.mqtt.hooks.Decision.Refused;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who may do what at the MQTT broker, whichever broker asks. */
@Component
public class BrokerAccess {
  private static final String SERVICE = "service:";

  private final Authenticator authenticator;
  private final ServiceSecret secret;

  BrokerAccess(Authenticator authenticator, ServiceSecret secret) {
    this.authenticator = authenticator;
    this.secret = secret;
  }

  /**
   * Whether somebody may connect. Blocks while the user system is asked.
   *
   * @param clientId as sent; empty or null where the broker chooses one
   * @param username the user id, or {@code service:<name>} with the service secret as password
   * @param password the token
   */
  public Decision authenticate(
      @Nullable String clientId, @Nullable String username, @Nullable String password) {
    if (username == null || username.isEmpty()) {
      return refused(Reason.BAD_CREDENTIALS, "user name: missing (expected: the user id)");
    }
    return isService(username) ? service(username, password) : user(clientId, username, password);
  }

  private Decision service(String username, @Nullable String password) {
    return secret.matches(password)
        ? new Decision.ServiceAllowed(username.substring(SERVICE.length()))
        : refused(Reason.BAD_CREDENTIALS, "password: wrong for a service's account");
  }

  private Decision user(@Nullable String clientId, String username, @Nullable String password) {
    try {
      UserId user = new UserId(username);
      if (clientId != null && !clientId.isEmpty() && !isClientOf(user, clientId)) {
        return refused(
            Reason.NOT_AUTHORIZED, "client id: another user's (expected: {userId}:{deviceId})");
      }
      authenticator.prove(user, password);
      return Decision.client(user);
    } catch (HongyanException e) {
      String sentence = e.getMessage() == null ? e.code().name() : e.getMessage();
      return refused(
          e.code() == ErrorCode.UNAVAILABLE ? Reason.UNAVAILABLE : Reason.BAD_CREDENTIALS,
          sentence);
    }
  }

  private static Refused refused(Reason reason, String sentence) {
    return new Refused(reason, sentence);
  }

  /** Whether an account is one of the suite's own services; a user id has no colon. */
  static boolean isService(String username) {
    return username.startsWith(SERVICE) && username.length() > SERVICE.length();
  }

  /** Whether {@code clientId} is {@code user}'s: {@code {userId}:{deviceId}}. */
  static boolean isClientOf(UserId user, String clientId) {
    String prefix = user.value() + ":";
    // A device id has the form of a user id.
    return clientId.startsWith(prefix) && UserId.isValid(clientId.substring(prefix.length()));
  }

  /** Whether an authenticated account may publish to a topic. */
  boolean mayPublish(String username, String topic) {
    return isService(username)
        || (UserId.isValid(username) && topic.equals(Topics.toServer(new UserId(username))));
  }

  /** Whether an authenticated account may subscribe; wildcards and shares are never equal. */
  boolean maySubscribe(String username, String filter) {
    return isService(username)
        || (UserId.isValid(username) && filter.equals(Topics.toClient(new UserId(username))));
  }
}
