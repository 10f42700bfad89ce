package im.hongyan.standalone.service;

import java.util.Arrays;
import java.util.Optional;

/**
 * What some services bring and others do not. In one process all share a class path, so a service
 * says what it brings and is spared the auto-configuration of the rest.
 */
public enum Technology {
  /**
   * MongoDB, with the driver that does not block. Not for those who bring the other one: what sets
   * up its transport would set up theirs as well.
   */
  REACTIVE_MONGO("org\\.springframework\\.boot\\.(data\\.mongodb\\..*|mongodb\\..*Reactive.*)"),
  /** MongoDB, with the driver that blocks. */
  BLOCKING_MONGO(
      "org\\.springframework\\.boot\\.mongodb\\.autoconfigure\\.(health\\.)?Mongo(Health.*|Auto.*)"),
  /** AMQP, and the streams on it. */
  AMQP("(org\\.springframework\\.boot|im\\.hongyan)\\.amqp\\..*"),
  /** MQTT. */
  MQTT("im\\.hongyan\\.mqtt\\..*"),
  /** Calls to auth-bridge-service. */
  AUTH_CLIENT("im\\.hongyan\\.auth\\.client\\..*"),
  /** Calls to session-service. */
  SESSION_CLIENT("im\\.hongyan\\.session\\.client\\..*"),
  /** Calls to push-service. */
  PUSH_CLIENT("im\\.hongyan\\.push\\.client\\..*"),
  /** Feign, for those who call. */
  FEIGN("org\\.springframework\\.cloud\\.openfeign\\..*"),
  /** Verifying internal tokens. */
  IDENTITY("im\\.hongyan\\.identity\\..*"),
  /** Problem details of controllers. */
  WEB_ERRORS("im\\.hongyan\\.web\\..*"),
  /** Routing. */
  ROUTING("org\\.springframework\\.cloud\\.gateway\\..*");

  private final String packages;

  Technology(String packages) {
    this.packages = packages;
  }

  /** The technology that an auto-configuration belongs to; empty where all services share it. */
  static Optional<Technology> of(String autoConfiguration) {
    return Arrays.stream(values())
        .filter(technology -> autoConfiguration.matches(technology.packages))
        .findFirst();
  }
}
