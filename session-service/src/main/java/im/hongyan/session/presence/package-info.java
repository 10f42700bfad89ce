/** Who of the members is there, and who wants to know. */
@NullMarked
package im.hongyan.session.presence;

import org.jspecify.annotations.NullMarked;
