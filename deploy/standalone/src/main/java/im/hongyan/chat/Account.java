package im.hongyan.chat;

import im.hongyan.model.UserId;

/**
 * Who chats, and where.
 *
 * @param host the MQTT broker's host
 * @param port its port
 * @param user who
 * @param token the user's token
 */
public record Account(String host, int port, UserId user, String token) {
  /** A user of the demo user system. */
  public static Account demo(String host, int port, UserId user) {
    return new Account(host, port, user, "demo-" + user);
  }

  @Override
  public String toString() {
    return "%s at %s:%d".formatted(user, host, port);
  }
}
