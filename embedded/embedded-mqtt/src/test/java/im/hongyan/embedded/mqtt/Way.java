package im.hongyan.embedded.mqtt;

/** The ways in which a client may come. */
enum Way {
  MQTT_5_TCP(5, false),
  MQTT_5_WEB_SOCKET(5, true),
  MQTT_3_TCP(3, false),
  MQTT_3_WEB_SOCKET(3, true);

  final int version;
  final boolean webSocket;

  Way(int version, boolean webSocket) {
    this.version = version;
    this.webSocket = webSocket;
  }
}
