/** How much a user, an address and a request may be. */
@NullMarked
package im.hongyan.gateway.limits;

import org.jspecify.annotations.NullMarked;
