package im.hongyan.auth.brokerhook;

import im.hongyan.identity.ServiceSecret;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the MQTT broker asks.
 *
 * @param addressRate logins a second from one address, over time, that are not known to be good;
 *     one that proves good is not counted
 * @param addressBurst such logins from one address at once
 * @param secretHeader the header in which a broker that asks over HTTP shows the service secret,
 *     where one is configured
 */
@ConfigurationProperties("hongyan.broker")
record BrokerProperties(
    @DefaultValue("200") int addressRate,
    @DefaultValue("1000") int addressBurst,
    @DefaultValue(ServiceSecret.HEADER) String secretHeader) {
  /** Checks the values. */
  BrokerProperties {
    positive("address-rate", addressRate);
    positive("address-burst", addressBurst);
  }

  private static void positive(String key, int value) {
    if (value < 1) {
      throw new IllegalArgumentException(
          "hongyan.broker." + key + ": " + value + " (expected: more than 0)");
    }
  }
}
