package im.hongyan.auth.usersystem;

import im.hongyan.model.UserId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Who a token belongs to.
 *
 * @param user the user
 * @param acceptedAt when the user system said so; null where it has been asked just now
 * @param end from when on the token is no longer good, whatever happens; null where that is not
 *     told
 */
public record Owner(UserId user, @Nullable Instant acceptedAt, @Nullable Instant end) {
  /** As a user system answers that does not tell when a token ends. */
  public static Owner of(UserId user) {
    return new Owner(user, null, null);
  }
}
