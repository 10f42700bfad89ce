package im.hongyan.bench.compare;

/** What is loaded, in the order of the report. */
public enum Subject {
  /** A publish and its delivery by mosquitto, QoS 1 both ways. */
  MOSQUITTO_ALONE("mosquitto alone"),
  /** A confirmed publish to a quorum queue of RabbitMQ, and what is consumed of it. */
  RABBITMQ_ALONE("RabbitMQ alone"),
  /** In by mosquitto, confirmed by RabbitMQ, out by mosquitto, and nothing else: the limit. */
  BOTH_BROKERS("both brokers, the limit"),
  /** Hongyan as {@code ./hongyan up} starts it, with its embedded brokers. */
  ONE_PROCESS("Hongyan, one process"),
  /** Hongyan's services as processes of their own on RabbitMQ and mosquitto. */
  SERVICES("Hongyan on both brokers");

  private final String title;

  Subject(String title) {
    this.title = title;
  }

  String title() {
    return title;
  }

  boolean isHongyan() {
    return this == ONE_PROCESS || this == SERVICES;
  }
}
