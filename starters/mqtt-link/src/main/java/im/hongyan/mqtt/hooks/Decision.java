package im.hongyan.mqtt.hooks;

import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import java.util.Set;

/** What a client may do. */
public sealed interface Decision {
  /** A user's device, with the topics of the protocol. */
  static ClientAllowed client(UserId user) {
    return new ClientAllowed(user, Set.of(Topics.toServer(user)), Set.of(Topics.toClient(user)));
  }

  /**
   * A user's device. Its client id must be {@code {user}:{device}}, whatever the hook has decided.
   *
   * @param user who it is
   * @param mayPublish the topics it may publish to, never retained; no wildcards
   * @param maySubscribe the topics it may subscribe to, never shared; no wildcards
   */
  record ClientAllowed(UserId user, Set<String> mayPublish, Set<String> maySubscribe)
      implements Decision {
    /** Refuses wildcards. */
    public ClientAllowed {
      mayPublish = Set.copyOf(mayPublish);
      maySubscribe = Set.copyOf(maySubscribe);
      requirePlain(mayPublish);
      requirePlain(maySubscribe);
    }

    private static void requirePlain(Set<String> topics) {
      for (String topic : topics) {
        if (topic.startsWith("$") || topic.contains("+") || topic.contains("#")) {
          throw new IllegalArgumentException(
              "topic: %s (expected: no wildcards and no leading '$')".formatted(topic));
        }
      }
    }
  }

  /**
   * One of the suite's own services: may do everything.
   *
   * @param name its account
   */
  record ServiceAllowed(String name) implements Decision {}

  /**
   * Not connected.
   *
   * @param reason what the client is told
   * @param sentence the same in words, for MQTT 5 clients and the log; nothing secret
   */
  record Refused(Reason reason, String sentence) implements Decision {}

  /** Why a client is refused. */
  enum Reason {
    /** No token, or one that is not valid. */
    BAD_CREDENTIALS,
    /** A valid token, but not for this, such as another user's client id. */
    NOT_AUTHORIZED,
    /** Cannot be decided at this moment; the client may try again. */
    UNAVAILABLE
  }
}
