package im.hongyan.mqtt.tcp;

import io.micrometer.core.instrument.MeterRegistry;
import java.time.InstantSource;
import java.util.random.RandomGenerator;

/**
 * What both halves of the link need.
 *
 * @param properties where the broker is and how to treat it
 * @param tls keys and trust; used when the properties ask for encryption
 * @param meters where the link counts
 * @param clock tells how long a connection lasted
 * @param random spreads the reconnects of many services
 */
public record LinkContext(
    MqttLinkProperties properties,
    TlsMaterial tls,
    MeterRegistry meters,
    InstantSource clock,
    RandomGenerator random) {}
