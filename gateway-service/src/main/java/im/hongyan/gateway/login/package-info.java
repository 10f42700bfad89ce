/** Exchanges the client's token for an internal one, once in a while and not for each request. */
@NullMarked
package im.hongyan.gateway.login;

import org.jspecify.annotations.NullMarked;
