package im.hongyan.mqtt.tcp;

/** Whether the broker keeps something for a connection that is gone. */
enum SessionKind {
  /** Kept: subscriptions and unacknowledged messages wait for the same client id. */
  DURABLE,
  /** Forgotten with the connection. */
  TRANSIENT
}
