/** The moderation service: what members write becomes what others may read. */
@NullMarked
package im.hongyan.moderation;

import org.jspecify.annotations.NullMarked;
