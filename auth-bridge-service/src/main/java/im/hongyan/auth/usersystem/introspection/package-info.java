/** The user system behind OAuth 2.0 token introspection (RFC 7662). */
@NullMarked
package im.hongyan.auth.usersystem.introspection;

import org.jspecify.annotations.NullMarked;
