package im.hongyan.auth.token;

import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.identity.InternalTokens;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.RequestHeader;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who a token belongs to, whether it is the customer's or an internal one. Blocks. */
@Component
public class Authenticator {
  private final UserSystem users;
  private final InternalTokens internal;

  Authenticator(UserSystem users, InternalTokens internal) {
    this.users = users;
    this.internal = internal;
  }

  /**
   * Who {@code token} belongs to.
   *
   * @throws HongyanException UNAUTHENTICATED where it is missing, too long or refused, UNAVAILABLE
   *     where the user system cannot be asked
   */
  public UserId ownerOf(@Nullable String token) {
    return proofOf(token).user();
  }

  /** As {@link #ownerOf}, with what is known of the token's end. */
  Proof proofOf(@Nullable String token) {
    if (token == null || token.isBlank()) {
      throw HongyanException.unauthenticated("token: missing (expected: the user's token)");
    }
    if (token.length() > RequestHeader.MAX_TOKEN_LENGTH) {
      throw HongyanException.unauthenticated(
          "token: %d characters (expected: at most %d)",
          token.length(), RequestHeader.MAX_TOKEN_LENGTH);
    }
    if (token.chars().anyMatch(Character::isISOControl)) {
      // It would break the question that asks for it, which must not look like a failing answer.
      throw HongyanException.unauthenticated("token: control characters (expected: none)");
    }
    if (InternalTokens.looksInternal(token)) {
      InternalTokens.Verified verified = internal.verify(token);
      return new Proof(verified.user(), verified.expiresAt());
    }
    return new Proof(users.ownerOf(token), null);
  }

  /**
   * What a token proves.
   *
   * @param end when an internal token ends; null with the customer's, which does not tell
   */
  record Proof(UserId user, @Nullable Instant end) {}

  /** Whether {@code token} can be judged without asking the user system. */
  public boolean knows(@Nullable String token) {
    return token != null && (InternalTokens.looksInternal(token) || users.knows(token));
  }

  /**
   * Proves that {@code user} holds a token of his own.
   *
   * @throws HongyanException as {@link #ownerOf}, and UNAUTHENTICATED where it is another user's
   */
  public void prove(UserId user, @Nullable String token) {
    if (!ownerOf(token).equals(user)) {
      throw HongyanException.unauthenticated("token: belongs to another user than %s", user);
    }
  }
}
