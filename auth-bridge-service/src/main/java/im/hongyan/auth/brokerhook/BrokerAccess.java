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

/**
 * Who may do what at the MQTT broker, whichever broker asks. The client id has to be the user's
 * own: it is what a broker names a client's session and queues after, and whoever takes another's
 * takes his connection.
 */
@Component
public class BrokerAccess {
  private static final String SERVICE = "service:";

  private final Authenticator authenticator;
  private final ServiceSecret secret;
  private final LoginLimit limit;

  BrokerAccess(Authenticator authenticator, ServiceSecret secret, LoginLimit limit) {
    this.authenticator = authenticator;
    this.secret = secret;
    this.limit = limit;
  }

  /**
   * Somebody who wants to connect.
   *
   * @param clientId as the client has sent it; null where the broker has chosen one in the form
   *     that is expected, {@code {userId}:{deviceId}}. Only the suite's own broker does: others
   *     choose names that tell nobody whose they are, so that their clients have to bring one
   * @param username the user id, or {@code service:<name>} with the service secret as password
   * @param password the token
   * @param address where he comes from, for the limit of an address; null where that is not known,
   *     or counted elsewhere
   */
  record Login(
      @Nullable String clientId,
      @Nullable String username,
      @Nullable String password,
      @Nullable String address) {
    /** Without the password. */
    @Override
    public String toString() {
      return "Login[%s as %s from %s]".formatted(username, clientId, address);
    }
  }

  /** Whether somebody may connect. Blocks while the user system is asked. */
  Decision authenticate(Login login) {
    String username = login.username();
    if (username == null || username.isEmpty()) {
      return refused(Reason.BAD_CREDENTIALS, "user name: missing (expected: the user id)");
    }
    return isService(username) ? service(username, login) : user(username, login);
  }

  private Decision service(String username, Login login) {
    String address = login.address();
    if (address != null) {
      try {
        limit.count(address);
      } catch (HongyanException e) {
        return refused(Reason.UNAVAILABLE, String.valueOf(e.getMessage()));
      }
    }
    if (!secret.matches(login.password())) {
      return refused(Reason.BAD_CREDENTIALS, "password: wrong for a service's account");
    }
    if (address != null) {
      limit.giveBack(address);
    }
    return new Decision.ServiceAllowed(username.substring(SERVICE.length()));
  }

  private Decision user(String username, Login login) {
    try {
      UserId user = new UserId(username);
      String clientId = login.clientId();
      if (clientId != null && !isClientOf(user, clientId)) {
        return refused(
            Reason.NOT_AUTHORIZED,
            "client id: missing or another user's (expected: {userId}:{deviceId})");
      }
      prove(user, login);
      return Decision.client(user);
    } catch (HongyanException e) {
      String sentence = e.getMessage() == null ? e.code().name() : e.getMessage();
      boolean maySucceedLater =
          e.code() == ErrorCode.UNAVAILABLE || e.code() == ErrorCode.RATE_LIMITED;
      return refused(maySucceedLater ? Reason.UNAVAILABLE : Reason.BAD_CREDENTIALS, sentence);
    }
  }

  private void prove(UserId user, Login login) {
    String address = login.address();
    if (address == null || authenticator.knows(login.password())) {
      authenticator.prove(user, login.password());
      return;
    }
    limit.count(address);
    authenticator.prove(user, login.password());
    limit.giveBack(address);
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
