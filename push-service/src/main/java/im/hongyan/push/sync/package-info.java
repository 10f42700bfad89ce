/** What a device of a user has missed, over HTTP. */
@NullMarked
package im.hongyan.push.sync;

import org.jspecify.annotations.NullMarked;
