package im.hongyan.mqtt;

import java.util.concurrent.CompletionStage;

/**
 * Publishes to {@code /root/client/{userId}}. Messages that one thread publishes to one topic reach
 * its subscribers in the order of the calls.
 */
public interface ClientPublisher {
  /**
   * Publishes one message; never blocks and never queues while there is no connection.
   *
   * @param topic the topic, without wildcards
   * @param payload the bytes; the caller does not change them afterwards
   * @param qos 0, 1 or 2
   * @return completes when the broker has taken the message (which says nothing about subscribers);
   *     exceptionally with {@link MqttUnavailableException} when it may or may not have been taken
   */
  CompletionStage<?> publish(String topic, byte[] payload, int qos);

  /** Whether a publish has a chance at this moment. */
  boolean isConnected();
}
