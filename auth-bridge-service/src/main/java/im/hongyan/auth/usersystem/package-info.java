/** Asks the customer's user system who a token belongs to. */
@NullMarked
package im.hongyan.auth.usersystem;

import org.jspecify.annotations.NullMarked;
