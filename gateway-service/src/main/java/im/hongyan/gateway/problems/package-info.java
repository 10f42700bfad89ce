/** Every failure as RFC 9457 problem details with the errcode of the protocol. */
@NullMarked
package im.hongyan.gateway.problems;

import org.jspecify.annotations.NullMarked;
