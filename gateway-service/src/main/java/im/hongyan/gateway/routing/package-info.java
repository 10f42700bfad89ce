/** Which request goes to which service, and what it passes on the way. */
@NullMarked
package im.hongyan.gateway.routing;

import org.jspecify.annotations.NullMarked;
