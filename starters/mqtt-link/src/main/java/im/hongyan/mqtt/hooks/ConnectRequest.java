package im.hongyan.mqtt.hooks;

import org.jspecify.annotations.Nullable;

/**
 * A client's CONNECT.
 *
 * @param clientId what the client calls itself, {@code {userId}:{deviceId}}; when it sent none, one
 *     with a random device
 * @param clientIdAssigned whether the broker has chosen the client id
 * @param username the user id or the name of a service's account, or null
 * @param password the token or the service's password, or null
 * @param mqttVersion 3 for MQTT 3.1 and 3.1.1, 5 for MQTT 5
 * @param remoteAddress the client's IP address, or null where unknown
 * @param transport how it came
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record ConnectRequest(
    String clientId,
    boolean clientIdAssigned,
    @Nullable String username,
    byte @Nullable [] password,
    int mqttVersion,
    @Nullable String remoteAddress,
    Transport transport) {
  /** The ways to the broker. */
  public enum Transport {
    /** MQTT over TCP. */
    TCP,
    /** MQTT over WebSocket. */
    WEB_SOCKET
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "ConnectRequest[clientId=%s, username=%s, MQTT %d over %s from %s]"
        .formatted(clientId, username, mqttVersion, transport, remoteAddress);
  }
}
