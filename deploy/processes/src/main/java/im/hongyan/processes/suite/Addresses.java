package im.hongyan.processes.suite;

import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;

/**
 * What one process of the suite is told, as environment variables: what an operator sets as well.
 *
 * @param amqp the AMQP broker, credentials included
 * @param mqtt the MQTT broker for services
 * @param mqttWebSocket the MQTT broker's address for browsers
 * @param store the document store
 * @param userSystem the customer's user system
 * @param services where the services are found
 * @param brokers which brokers they are
 * @param secret what services prove themselves with to each other
 * @param signingKey the file with the key that signs internal tokens
 * @param words the operator's word lists
 */
record Addresses(
    URI amqp,
    InetSocketAddress mqtt,
    URI mqttWebSocket,
    URI store,
    URI userSystem,
    Map<Part, Integer> services,
    Brokers brokers,
    String secret,
    URI signingKey,
    URI words) {}
