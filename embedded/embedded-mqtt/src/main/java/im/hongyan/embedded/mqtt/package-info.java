/** An MQTT broker inside the process, with the protocol's rules built in. */
@NullMarked
package im.hongyan.embedded.mqtt;

import org.jspecify.annotations.NullMarked;
