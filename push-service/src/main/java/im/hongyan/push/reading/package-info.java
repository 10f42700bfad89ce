/** How far the members of sessions have read: what {@code messageread} holds. */
@NullMarked
package im.hongyan.push.reading;

import org.jspecify.annotations.NullMarked;
