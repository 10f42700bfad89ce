/** Answers who is online and hears who has been active. */
@NullMarked
package im.hongyan.auth.presence;

import org.jspecify.annotations.NullMarked;
