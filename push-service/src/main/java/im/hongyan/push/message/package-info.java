/** The messages of sessions, in order: what {@code messagerecv} holds. */
@NullMarked
package im.hongyan.push.message;

import org.jspecify.annotations.NullMarked;
