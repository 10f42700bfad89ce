package im.hongyan.mqtt.tcp;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/** One connection to the broker, from its CONNECT to its end; the same in both MQTT versions. */
interface WireClient {
  /** Takes every message of QoS 0 to 2; call it before {@link #connect}. */
  void receive(Consumer<Received> receiver, Executor executor);

  CompletionStage<?> connect();

  CompletionStage<?> subscribe(String filter);

  CompletionStage<?> publish(String topic, byte[] payload, int qos);

  /** Ends the connection; the broker keeps the session where there is one. */
  CompletionStage<?> disconnect();

  /**
   * A message with the means to acknowledge it.
   *
   * @param acknowledge does nothing once the connection is gone
   */
  @SuppressWarnings("ArrayRecordComponent") // a carrier, never compared
  record Received(String topic, byte[] payload, int qos, Runnable acknowledge) {}

  /** Makes a client for one connection. */
  interface Maker {
    /**
     * Makes a client that has not connected yet.
     *
     * @param lost told once when the connection ends or cannot be made
     */
    WireClient make(Consumer<Throwable> lost);
  }
}
