package im.hongyan.mqtt;

import im.hongyan.model.UserId;

/** The topics of the protocol. */
public final class MqttTopics {
  /** Clients publish to this prefix followed by their own user id. */
  public static final String TO_SERVER = "/root/server/";

  /** Clients subscribe to this prefix followed by their own user id. */
  public static final String TO_CLIENT = "/root/client/";

  /** Everything that any client sends. */
  public static final String ALL_TO_SERVER = TO_SERVER + "+";

  private MqttTopics() {}

  /** The topic on which {@code user} sends. */
  public static String toServer(UserId user) {
    return TO_SERVER + user.value();
  }

  /** The topic on which {@code user} receives. */
  public static String toClient(UserId user) {
    return TO_CLIENT + user.value();
  }
}
