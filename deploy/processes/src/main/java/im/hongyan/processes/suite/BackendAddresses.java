package im.hongyan.processes.suite;

import java.net.InetSocketAddress;
import java.net.URI;

/**
 * Where the servers are that the services run on, on this machine or elsewhere.
 *
 * @param amqp RabbitMQ with credentials, without a path
 * @param mqtt the MQTT broker for clients
 * @param mqttForServices the MQTT broker for services
 * @param mqttWebSocket the MQTT broker for browsers
 * @param store the document store with the name of the database
 */
public record BackendAddresses(
    URI amqp,
    InetSocketAddress mqtt,
    InetSocketAddress mqttForServices,
    URI mqttWebSocket,
    URI store) {}
