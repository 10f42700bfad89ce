package im.hongyan.push.fanout;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What may become of messages.
 *
 * @param cancelWindow how long after its acceptance a sender may recall his message
 * @param editWindow how long after its acceptance he may edit it
 * @param maxEdits how often he may
 * @param maxReactions how many reactions of all members together one message may have
 */
@ConfigurationProperties("hongyan.message")
record MessageChangeProperties(
    @DefaultValue("2m") Duration cancelWindow,
    @DefaultValue("48h") Duration editWindow,
    @DefaultValue("100") int maxEdits,
    @DefaultValue("2000") int maxReactions) {
  /** Checks the ranges. */
  MessageChangeProperties {
    notNegative("cancel-window", cancelWindow);
    notNegative("edit-window", editWindow);
    notNegative("max-edits", maxEdits);
    notNegative("max-reactions", maxReactions);
  }

  private static void notNegative(String key, Duration value) {
    if (value.isNegative()) {
      throw new IllegalArgumentException(
          "hongyan.message.%s: %s (expected: not negative)".formatted(key, value));
    }
  }

  private static void notNegative(String key, int value) {
    if (value < 0) {
      throw new IllegalArgumentException(
          "hongyan.message.%s: %d (expected: not negative)".formatted(key, value));
    }
  }
}
