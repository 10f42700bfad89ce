/** Puts the TCP adapter into a Spring context, unless the context brings its own link. */
@NullMarked
package im.hongyan.mqtt.autoconfigure;

import org.jspecify.annotations.NullMarked;
