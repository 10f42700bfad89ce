package im.hongyan.push.pushing;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How pushes get onto the wire.
 *
 * @param qos of MQTT: 0, 1 or 2
 */
@ConfigurationProperties("hongyan.push.mqtt")
record PushingProperties(@DefaultValue("1") int qos) {
  /** Checks the range. */
  PushingProperties {
    if (qos < 0 || qos > 2) {
      throw new IllegalArgumentException(
          "hongyan.push.mqtt.qos: %d (expected: 0, 1 or 2)".formatted(qos));
    }
  }
}
