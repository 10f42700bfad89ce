/** The link to a broker over TCP: one connection for what comes in, one for what goes out. */
@NullMarked
package im.hongyan.mqtt.tcp;

import org.jspecify.annotations.NullMarked;
