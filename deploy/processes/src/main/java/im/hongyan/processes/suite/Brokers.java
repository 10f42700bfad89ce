package im.hongyan.processes.suite;

import java.util.Locale;

/** Which real brokers carry the suite. */
public enum Brokers {
  /** RabbitMQ between the services, mosquitto to the clients. */
  RABBITMQ_AND_MOSQUITTO(false),
  /** RabbitMQ for both, with its MQTT and Web MQTT plugins. */
  RABBITMQ(true),
  /** RabbitMQ between the services, EMQX to the clients; they are started elsewhere. */
  RABBITMQ_AND_EMQX(true);

  private final boolean orderForSeveral;

  Brokers(boolean orderForSeveral) {
    this.orderForSeveral = orderForSeveral;
  }

  /**
   * Whether a connection's messages keep their order where several of ingest take them: mosquitto
   * spreads them over all who share a subscription.
   */
  boolean keepOrderForSeveral() {
    return orderForSeveral;
  }

  /**
   * Those of this machine that a command's option {@code --brokers} names.
   *
   * @throws IllegalArgumentException saying what was expected
   */
  public static Brokers named(String name) {
    return switch (name.toLowerCase(Locale.ROOT)) {
      case "rabbitmq" -> RABBITMQ;
      case "mosquitto" -> RABBITMQ_AND_MOSQUITTO;
      default ->
          throw new IllegalArgumentException(
              "--brokers: %s (expected: rabbitmq or mosquitto)".formatted(name));
    };
  }
}
