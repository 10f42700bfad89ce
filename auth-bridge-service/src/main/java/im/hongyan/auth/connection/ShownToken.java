package im.hongyan.auth.connection;

import im.hongyan.auth.usersystem.TokenHash;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is kept of the token that a connection has shown.
 *
 * @param hash its hash
 * @param acceptedAt when the user system accepted it, which may be before it was shown
 * @param end when it ends; null where that is not known
 */
record ShownToken(TokenHash hash, Instant acceptedAt, @Nullable Instant end) {}
