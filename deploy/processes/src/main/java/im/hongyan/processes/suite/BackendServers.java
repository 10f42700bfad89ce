package im.hongyan.processes.suite;

/** Starts what the services run on: RabbitMQ, a document store and an MQTT broker. */
public interface BackendServers extends AutoCloseable {
  /**
   * Starts them, once, and returns when they accept connections.
   *
   * @throws IllegalStateException when one does not start
   */
  BackendAddresses start(BrokerHook hook);

  /** Ends all that was started, however far that came. */
  @Override
  void close();
}
