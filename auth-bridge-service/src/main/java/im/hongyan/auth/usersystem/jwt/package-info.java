/** The user system behind signed tokens that are verified by its published keys. */
@NullMarked
package im.hongyan.auth.usersystem.jwt;

import org.jspecify.annotations.NullMarked;
