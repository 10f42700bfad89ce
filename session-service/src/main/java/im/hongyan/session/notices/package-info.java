/** Tells the stream and the caches of every change, in order, also of those a crash left untold. */
@NullMarked
package im.hongyan.session.notices;

import org.jspecify.annotations.NullMarked;
