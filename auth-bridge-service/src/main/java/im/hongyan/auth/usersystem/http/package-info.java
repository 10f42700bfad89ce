/** The user system behind an HTTP call. */
@NullMarked
package im.hongyan.auth.usersystem.http;

import org.jspecify.annotations.NullMarked;
