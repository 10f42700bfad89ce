/** Plays the customer's user system, for trying only. */
@NullMarked
package im.hongyan.demo;

import org.jspecify.annotations.NullMarked;
