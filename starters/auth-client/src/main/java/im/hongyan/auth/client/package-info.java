/** What auth-bridge-service can be asked: tokens, presence, the connection messages. */
@NullMarked
package im.hongyan.auth.client;

import org.jspecify.annotations.NullMarked;
