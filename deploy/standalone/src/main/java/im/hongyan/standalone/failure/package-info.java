/** Why the process cannot start, in words for a human. */
@NullMarked
package im.hongyan.standalone.failure;

import org.jspecify.annotations.NullMarked;
