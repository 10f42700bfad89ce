package im.hongyan.ingest.command;

import java.util.Locale;

/** How a command came in. */
public enum Transport {
  /** On the sender's server topic. */
  MQTT,
  /** By the HTTP API. */
  HTTP;

  /** The name that other services are told. */
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }
}
