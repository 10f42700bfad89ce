package im.hongyan.systemtests.suite;

/**
 * What the system under test runs on. What brokers do differently stands here, so that a test says
 * what it needs.
 */
public enum Backends {
  /** One process with everything in it: the default. */
  EMBEDDED(true, true, true),
  /** Separate processes; mosquitto to the clients, RabbitMQ behind. */
  MOSQUITTO(true, false, false),
  /** Separate processes, two of some; RabbitMQ for everything. */
  RABBITMQ(false, true, false),
  /** Separate processes, two of some; RabbitMQ, MongoDB and EMQX in containers. */
  CONTAINERS(true, true, true);

  private static final String PROPERTY = "hongyan.backends";

  private final boolean mqtt5;
  private final boolean asking;
  private final boolean refusing;

  Backends(boolean mqtt5, boolean asking, boolean refusing) {
    this.mqtt5 = mqtt5;
    this.asking = asking;
    this.refusing = refusing;
  }

  /** Those that this run was asked to use, by the system property {@code hongyan.backends}. */
  static Backends wanted() {
    return valueOf(System.getProperty(PROPERTY, "embedded").toUpperCase(java.util.Locale.ROOT));
  }

  /** Whether devices can speak MQTT 5; they speak 3.1.1 where not. */
  public boolean speakMqtt5() {
    return mqtt5;
  }

  /** Whether the broker asks the suite who somebody is. */
  public boolean askWhoSomebodyIs() {
    return asking;
  }

  /** Whether a refused subscription is answered so, rather than ignored or the end. */
  public boolean answerRefusedSubscriptions() {
    return refusing;
  }
}
