/**
 * A small client that keeps the rules of the protocol, to see messages arrive without writing code.
 */
@NullMarked
package im.hongyan.chat;

import org.jspecify.annotations.NullMarked;
