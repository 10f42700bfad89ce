package im.hongyan.bench.mqtt;

/** What happens on a connection; all on the connection's event loop. */
public interface MqttListener {
  /** Connected, authenticated and subscribed. */
  void opened(MqttConnection connection);

  /** A message on the subscribed topic. */
  void message(byte[] payload);

  /** The server has taken over a QoS 1 publish. */
  default void acknowledged(int packetId) {}

  /** The connection is gone, or never came about. */
  void closed(String reason);
}
