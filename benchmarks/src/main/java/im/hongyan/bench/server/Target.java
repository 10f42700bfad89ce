package im.hongyan.bench.server;

import java.net.InetSocketAddress;
import java.net.URI;

/**
 * Where the server under test is.
 *
 * @param broker its MQTT address
 * @param http its gateway
 */
public record Target(InetSocketAddress broker, URI http) {
  /**
   * The target of two options.
   *
   * @param mqtt {@code HOST:PORT}
   * @param http {@code http://HOST:PORT}
   * @throws IllegalArgumentException where one of them has another form
   */
  public static Target of(String mqtt, String http) {
    int colon = mqtt.lastIndexOf(':');
    if (colon < 1) {
      throw new IllegalArgumentException("--mqtt: " + mqtt + " (expected: HOST:PORT)");
    }
    try {
      int port = Integer.parseInt(mqtt.substring(colon + 1));
      return new Target(new InetSocketAddress(mqtt.substring(0, colon), port), URI.create(http));
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException("--mqtt: " + mqtt + " (expected: HOST:PORT)", e);
    }
  }
}
