/** The receiver's pushes over HTTP, for those who have no MQTT. */
@NullMarked
package im.hongyan.push.events;

import org.jspecify.annotations.NullMarked;
