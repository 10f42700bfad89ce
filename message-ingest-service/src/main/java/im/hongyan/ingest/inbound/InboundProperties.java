package im.hongyan.ingest.inbound;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the messages of MQTT clients come from.
 *
 * @param kind {@value #MQTT} for a subscription at the MQTT broker, {@value #AMQP_TOPIC} where
 *     RabbitMQ is the MQTT broker and ingest has several replicas
 * @param queues among how many queues senders are divided ({@value #AMQP_TOPIC})
 * @param prefetch unacknowledged messages of one queue ({@value #AMQP_TOPIC})
 */
@ConfigurationProperties("hongyan.ingest.inbound")
record InboundProperties(
    @DefaultValue(MQTT) String kind,
    @DefaultValue("8") int queues,
    @DefaultValue("200") int prefetch) {
  /** The subscription of the MQTT link. */
  static final String MQTT = "mqtt";

  /** RabbitMQ's own exchange of MQTT messages. */
  static final String AMQP_TOPIC = "amqp-topic";

  private static final int MOST = 65_535;

  InboundProperties {
    if (!kind.equals(MQTT) && !kind.equals(AMQP_TOPIC)) {
      throw new IllegalArgumentException(
          "hongyan.ingest.inbound.kind: %s (expected: %s or %s)".formatted(kind, MQTT, AMQP_TOPIC));
    }
    requireRange("queues", queues);
    requireRange("prefetch", prefetch);
  }

  private static void requireRange(String name, int value) {
    if (value < 1 || value > MOST) {
      throw new IllegalArgumentException(
          "hongyan.ingest.inbound.%s: %d (expected: 1 to %d)".formatted(name, value, MOST));
    }
  }
}
