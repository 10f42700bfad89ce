package im.hongyan.mqtt.tcp;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How a service reaches the MQTT broker.
 *
 * @param host the broker's host
 * @param port the broker's port
 * @param username the service's own account, or nothing
 * @param password its password, or nothing
 * @param clientIdPrefix begins the client ids of this service's connections
 * @param instance tells the replicas of a service apart; must stay the same over a restart, so that
 *     the broker finds the session again; the host's name when empty
 * @param version the protocol to speak
 * @param keepAlive how long a connection may be silent
 * @param connectTimeout how long connecting may take
 * @param tls how the connection is encrypted
 * @param reconnect how long to wait before connecting again
 * @param inbound what comes from clients
 * @param publish what goes to clients
 */
@ConfigurationProperties("hongyan.mqtt")
public record MqttLinkProperties(
    @DefaultValue("localhost") String host,
    @DefaultValue("1883") int port,
    @Nullable String username,
    @Nullable String password,
    @DefaultValue("hongyan") String clientIdPrefix,
    @DefaultValue("") String instance,
    @DefaultValue("mqtt-5") Version version,
    @DefaultValue("30s") Duration keepAlive,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue Tls tls,
    @DefaultValue Reconnect reconnect,
    @DefaultValue Inbound inbound,
    @DefaultValue Publish publish) {

  /** The protocol versions that the link speaks. */
  public enum Version {
    /** MQTT 5: tells a receive maximum, a session expiry and reasons. */
    MQTT_5,
    /** MQTT 3.1.1, for brokers that know no other, such as RabbitMQ. */
    MQTT_3_1_1
  }

  /**
   * How the connection is encrypted.
   *
   * @param enabled whether it is
   * @param bundle the SSL bundle with keys and trust; the JDK's trust store when empty
   */
  public record Tls(@DefaultValue("false") boolean enabled, @DefaultValue("") String bundle) {}

  /**
   * The wait before each new attempt; it doubles, with jitter.
   *
   * @param firstDelay after a connection that had lasted
   * @param longestDelay at most
   */
  public record Reconnect(
      @DefaultValue("200ms") Duration firstDelay, @DefaultValue("10s") Duration longestDelay) {
    /** Checks the order of the two. */
    public Reconnect {
      if (!firstDelay.isPositive() || firstDelay.compareTo(longestDelay) > 0) {
        throw new IllegalArgumentException(
            "hongyan.mqtt.reconnect.first-delay: %s (expected: positive, at most longest-delay %s)"
                .formatted(firstDelay, longestDelay));
      }
    }
  }

  /**
   * What comes from clients.
   *
   * @param sharedSubscriptionGroup replicas with the same group share the messages; empty for a
   *     plain subscription, for brokers without shared subscriptions
   * @param receiveMaximum how many messages may be unacknowledged at a time (MQTT 5)
   * @param sessionExpiry how long the broker keeps messages for a service that is away (MQTT 5)
   */
  public record Inbound(
      @DefaultValue("hongyan") String sharedSubscriptionGroup,
      @DefaultValue("1000") int receiveMaximum,
      @DefaultValue("1h") Duration sessionExpiry) {
    /** Checks the ranges. */
    public Inbound {
      if (!sharedSubscriptionGroup.matches("[^/+#]*")) {
        throw new IllegalArgumentException(
            "hongyan.mqtt.inbound.shared-subscription-group: %s (expected: no '/', '+' or '#')"
                .formatted(sharedSubscriptionGroup));
      }
      requireRange("inbound.receive-maximum", receiveMaximum, 1, 65_535);
      requireWholeSeconds("inbound.session-expiry", sessionExpiry, Integer.MAX_VALUE);
    }
  }

  /**
   * What goes to clients.
   *
   * @param maxInFlight how many messages may wait for the broker; more fail at once
   */
  public record Publish(@DefaultValue("20000") int maxInFlight) {
    /** Checks the range. */
    public Publish {
      requireRange("publish.max-in-flight", maxInFlight, 1, Integer.MAX_VALUE);
    }
  }

  /** Checks the ranges. */
  public MqttLinkProperties {
    if (host.isBlank()) {
      throw new IllegalArgumentException("hongyan.mqtt.host: empty (expected: a host name)");
    }
    requireRange("port", port, 1, 65_535);
    if (username == null && password != null) {
      throw new IllegalArgumentException(
          "hongyan.mqtt.password: set without hongyan.mqtt.username (expected: both or none)");
    }
    requireWholeSeconds("keep-alive", keepAlive, 65_535);
    if (!connectTimeout.isPositive()) {
      throw new IllegalArgumentException(
          "hongyan.mqtt.connect-timeout: %s (expected: positive)".formatted(connectTimeout));
    }
  }

  private static void requireRange(String name, int value, int least, int most) {
    if (value < least || value > most) {
      throw new IllegalArgumentException(
          "hongyan.mqtt.%s: %d (expected: %d to %d)".formatted(name, value, least, most));
    }
  }

  private static void requireWholeSeconds(String name, Duration value, int most) {
    if (value.toSeconds() < 1 || value.toSeconds() > most) {
      throw new IllegalArgumentException(
          "hongyan.mqtt.%s: %s (expected: 1 to %d seconds)".formatted(name, value, most));
    }
  }

  @Override
  public String toString() {
    return "MqttLinkProperties[%s:%d as %s, %s]".formatted(host, port, username, version);
  }
}
