/**
 * What a service asks of the MQTT broker, as ports that a broker in the same process fits as well.
 */
@NullMarked
package im.hongyan.mqtt;

import org.jspecify.annotations.NullMarked;
