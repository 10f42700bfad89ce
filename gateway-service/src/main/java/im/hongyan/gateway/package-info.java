/** The one door for HTTP and WebSocket clients. */
@NullMarked
package im.hongyan.gateway;

import org.jspecify.annotations.NullMarked;
