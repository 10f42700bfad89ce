package im.hongyan.ingest.reply;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How replies go out over MQTT.
 *
 * @param qos 0, 1 or 2; with 0 a reply that is lost on the way shows as a request without an
 *     answer, which a client sends again in any case
 */
@ConfigurationProperties("hongyan.ingest.reply")
record ReplyProperties(@DefaultValue("0") int qos) {
  ReplyProperties {
    if (qos < 0 || qos > 2) {
      throw new IllegalArgumentException(
          "hongyan.ingest.reply.qos: %d (expected: 0, 1 or 2)".formatted(qos));
    }
  }
}
