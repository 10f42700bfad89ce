package im.hongyan.processes.suite;

import im.hongyan.local.LocalRabbit;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** The environment variables of a process; the same that an operator or a chart sets. */
final class Environment {
  private Environment() {}

  /**
   * For one process.
   *
   * @param instance tells the replicas of a service apart
   * @param port where it listens
   * @param operatorPort where the gateway listens for operators
   */
  static Map<String, String> of(
      Part part, int instance, int port, int operatorPort, Addresses addresses) {
    Map<String, String> variables = new HashMap<>();
    variables.put("SERVER_PORT", Integer.toString(port));
    variables.put("SERVER_ADDRESS", "127.0.0.1");
    variables.put("HONGYAN_IDENTITY_SERVICESECRET", addresses.secret());
    if (part == Part.GATEWAY) {
      gateway(variables, operatorPort, addresses);
      return variables;
    }
    variables.put("SPRING_RABBITMQ_ADDRESSES", addresses.amqp().toString());
    if (part == Part.MODERATION) {
      variables.put("HONGYAN_MODERATION_WORDSDIR", addresses.words().getPath());
      return variables;
    }
    if (part == Part.AUTH_BRIDGE) {
      variables.put("HONGYAN_USERSYSTEM_URL", addresses.userSystem().toString());
      variables.put("HONGYAN_TOKEN_PRIVATEKEY", addresses.signingKey().toString());
    } else {
      String auth = url(Part.AUTH_BRIDGE, addresses);
      variables.put("HONGYAN_AUTHCLIENT_URL", auth);
      variables.put("HONGYAN_IDENTITY_JWKSURL", auth + "/internal/v1/jwks");
      variables.put("HONGYAN_SESSIONCLIENT_URL", url(Part.SESSION, addresses));
    }
    if (part == Part.SESSION) {
      variables.put("HONGYAN_PUSHCLIENT_URL", url(Part.PUSH, addresses));
    }
    if (part != Part.INGEST) {
      variables.put("SPRING_MONGODB_URI", addresses.store().toString());
    }
    if (part == Part.INGEST || part == Part.PUSH) {
      mqtt(part, instance, variables, addresses);
    }
    return variables;
  }

  private static void gateway(
      Map<String, String> variables, int operatorPort, Addresses addresses) {
    variables.put("MANAGEMENT_SERVER_PORT", Integer.toString(operatorPort));
    variables.put("HONGYAN_GATEWAY_UPSTREAMS_AUTHBRIDGE", url(Part.AUTH_BRIDGE, addresses));
    variables.put("HONGYAN_GATEWAY_UPSTREAMS_SESSION", url(Part.SESSION, addresses));
    variables.put("HONGYAN_GATEWAY_UPSTREAMS_INGEST", url(Part.INGEST, addresses));
    variables.put("HONGYAN_GATEWAY_UPSTREAMS_PUSH", url(Part.PUSH, addresses));
    variables.put("HONGYAN_GATEWAY_UPSTREAMS_MQTT", addresses.mqttWebSocket().toString());
    variables.put(
        "HONGYAN_GATEWAY_READINESS_SERVICES_MODERATION",
        url(Part.MODERATION, addresses) + "/actuator/health/readiness");
  }

  private static void mqtt(
      Part part, int instance, Map<String, String> variables, Addresses addresses) {
    String account = part == Part.INGEST ? "ingest" : "push";
    variables.put("HONGYAN_MQTT_HOST", addresses.mqtt().getHostString());
    variables.put("HONGYAN_MQTT_PORT", Integer.toString(addresses.mqtt().getPort()));
    variables.put("HONGYAN_MQTT_INSTANCE", Integer.toString(instance));
    variables.put("HONGYAN_MQTT_PASSWORD", addresses.secret());
    switch (addresses.brokers()) {
      case RABBITMQ -> {
        // RabbitMQ 3 speaks no other.
        variables.put("HONGYAN_MQTT_VERSION", "mqtt-3-1-1");
        // An account of RabbitMQ's own: in service:push it would see a virtual host's name.
        variables.put("HONGYAN_MQTT_USERNAME", LocalRabbit.USER);
        if (part == Part.INGEST) {
          variables.put("HONGYAN_INGEST_INBOUND_KIND", "amqp-topic");
        }
      }
      case RABBITMQ_AND_MOSQUITTO -> {
        // mosquitto 2.0 sends a resumed MQTT 5 session more than its receive maximum, which ends
        // the connection, and the next one as well.
        variables.put("HONGYAN_MQTT_VERSION", "mqtt-3-1-1");
        variables.put("HONGYAN_MQTT_USERNAME", account);
      }
      // It asks auth-bridge about services, too.
      case RABBITMQ_AND_EMQX -> variables.put("HONGYAN_MQTT_USERNAME", "service:" + account);
    }
  }

  private static String url(Part part, Addresses addresses) {
    return URI.create("http://127.0.0.1:" + addresses.services().getOrDefault(part, 0)).toString();
  }
}
