/** The connections of users: who is online, with which devices, since when. */
@NullMarked
package im.hongyan.auth.connection;

import org.jspecify.annotations.NullMarked;
