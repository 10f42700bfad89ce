package im.hongyan.processes.suite;

/**
 * Where an MQTT broker asks the suite about logins and topics; nobody answers before the services
 * run.
 *
 * @param port auth-bridge's port on the loopback address
 * @param secret what the broker shows, and the services' password at the broker
 */
public record BrokerHook(int port, String secret) {
  /** Without the secret. */
  @Override
  public String toString() {
    return "BrokerHook[" + port + "]";
  }
}
