package im.hongyan.processes.suite;

/** Which real brokers carry the suite. */
public enum Brokers {
  /** RabbitMQ between the services, mosquitto to the clients. */
  RABBITMQ_AND_MOSQUITTO,
  /** RabbitMQ for both, with its MQTT and Web MQTT plugins. */
  RABBITMQ
}
