/** How sessions stand for one of their members: the last message, and what is unread. */
@NullMarked
package im.hongyan.push.summary;

import org.jspecify.annotations.NullMarked;
