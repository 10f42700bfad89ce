package im.hongyan.push.fanout;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How messages may be recalled.
 *
 * @param cancelWindow how long after its acceptance a sender may recall his message
 */
@ConfigurationProperties("hongyan.message")
record RecallProperties(@DefaultValue("2m") Duration cancelWindow) {
  /** Checks the range. */
  RecallProperties {
    if (cancelWindow.isNegative()) {
      throw new IllegalArgumentException(
          "hongyan.message.cancel-window: %s (expected: not negative)".formatted(cancelWindow));
    }
  }
}
