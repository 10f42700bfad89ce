package im.hongyan.systemtests.people;

/** How a user's device reaches the server. */
public enum Transport {
  /** MQTT 5 over TCP. */
  MQTT_5,
  /** MQTT 3.1.1 over TCP. */
  MQTT_3,
  /** MQTT 5 over WebSocket, through the gateway. */
  MQTT_WEBSOCKET,
  /** HTTP requests and long polling, through the gateway. */
  HTTP
}
