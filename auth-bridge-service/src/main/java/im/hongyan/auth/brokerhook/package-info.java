/** Tells the MQTT broker who may connect, publish and subscribe. */
@NullMarked
package im.hongyan.auth.brokerhook;

import org.jspecify.annotations.NullMarked;
