package im.hongyan.bench.mqtt;

/**
 * How a client logs in.
 *
 * @param clientId the MQTT client id
 * @param userName the MQTT user name
 * @param password the MQTT password
 * @param subscription the one topic to subscribe to, at QoS 1
 */
public record MqttLogin(String clientId, String userName, String password, String subscription) {
  @Override
  public String toString() {
    return "MqttLogin[" + clientId + "]";
  }
}
