/** Who is there. */
@NullMarked
package im.hongyan.push.presence;

import org.jspecify.annotations.NullMarked;
