/**
 * Push service: stores messages in order, fans them out, delivers them to each receiver in order.
 */
@NullMarked
package im.hongyan.push;

import org.jspecify.annotations.NullMarked;
