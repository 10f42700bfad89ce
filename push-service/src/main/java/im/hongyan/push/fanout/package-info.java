/** Gives each message its place in its session, stores it, and tells the receivers' outboxes. */
@NullMarked
package im.hongyan.push.fanout;

import org.jspecify.annotations.NullMarked;
