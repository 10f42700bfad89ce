package im.hongyan.model;

import java.util.Optional;

/** The two MQTT topics of a user; no client ever uses another one. */
public final class Topics {
  private static final String SERVER_PREFIX = "/root/server/";
  private static final String CLIENT_PREFIX = "/root/client/";

  private Topics() {}

  /** Where {@code user} publishes, he alone. */
  public static String toServer(UserId user) {
    return SERVER_PREFIX + user.value();
  }

  /** Where {@code user} is written to; all his devices subscribe to it, and only they. */
  public static String toClient(UserId user) {
    return CLIENT_PREFIX + user.value();
  }

  /** Who published to {@code topic}; empty where it is not a user's server topic. */
  public static Optional<UserId> senderOf(String topic) {
    if (!topic.startsWith(SERVER_PREFIX)) {
      return Optional.empty();
    }
    String user = topic.substring(SERVER_PREFIX.length());
    return UserId.isValid(user) ? Optional.of(new UserId(user)) : Optional.empty();
  }
}
