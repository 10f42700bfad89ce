/** Which pages of other origins may call. */
@NullMarked
package im.hongyan.gateway.cors;

import org.jspecify.annotations.NullMarked;
