package im.hongyan.mqtt;

import org.jspecify.annotations.Nullable;

/**
 * The broker cannot be reached or does not take more at this moment; expected, so no stack trace.
 */
public final class MqttUnavailableException extends RuntimeException {
  /** One sentence that says what is not available. */
  public MqttUnavailableException(String message) {
    this(message, null);
  }

  /** One sentence that says what is not available, and what was seen. */
  public MqttUnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause, false, false);
  }
}
