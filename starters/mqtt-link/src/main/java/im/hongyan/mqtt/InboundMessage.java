package im.hongyan.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * One message of a client.
 *
 * @param topic {@code /root/server/{userId}}; the broker has made sure that this user sent it
 * @param payload the bytes as sent; whoever gets the message owns them
 * @param qos 0, 1 or 2; a message of QoS 0 is never acknowledged and never comes again
 * @param clientId the connection that sent it, where the broker runs in this process, else null
 */
@SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
public record InboundMessage(String topic, byte[] payload, int qos, @Nullable String clientId) {
  @Override
  public String toString() {
    return "InboundMessage[topic=%s, payload=%d bytes, qos=%d, clientId=%s]"
        .formatted(topic, payload.length, qos, clientId);
  }
}
