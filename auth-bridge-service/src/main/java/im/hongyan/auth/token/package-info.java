/** Who a token belongs to, and the internal tokens that the other services verify offline. */
@NullMarked
package im.hongyan.auth.token;

import org.jspecify.annotations.NullMarked;
