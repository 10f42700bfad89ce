/** Starts session-service: sessions, their members, and the rules between them. */
@NullMarked
package im.hongyan.session;

import org.jspecify.annotations.NullMarked;
