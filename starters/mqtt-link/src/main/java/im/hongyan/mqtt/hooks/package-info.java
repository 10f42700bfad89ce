/** What a broker asks and tells about the connections of its clients. */
@NullMarked
package im.hongyan.mqtt.hooks;

import org.jspecify.annotations.NullMarked;
