/** Takes what is received off its stream, in order, and puts what may be delivered on the next. */
@NullMarked
package im.hongyan.moderation.stream;

import org.jspecify.annotations.NullMarked;
