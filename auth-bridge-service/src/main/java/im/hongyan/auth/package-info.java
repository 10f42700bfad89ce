/** Bridges the customer's user system and the suite. */
@NullMarked
package im.hongyan.auth;

import org.jspecify.annotations.NullMarked;
