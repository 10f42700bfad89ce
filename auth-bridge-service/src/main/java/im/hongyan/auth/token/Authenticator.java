package im.hongyan.auth.token;

import im.hongyan.auth.usersystem.Owner;
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
   * Who {@code token} belongs to, and what is known of its end.
   *
   * @throws HongyanException UNAUTHENTICATED where it is missing, too long or refused, UNAVAILABLE
   *     where the user system cannot be asked
   */
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
      return new Proof(verified.user(), null, verified.expiresAt(), true);
    }
    Owner owner = users.ownerOf(token);
    return new Proof(owner.user(), owner.acceptedAt(), owner.end(), false);
  }

  /**
   * What a token proves.
   *
   * @param acceptedAt when the user system has accepted it; null where that is now
   * @param end when it ends; null with a token of the customer's that does not tell
   * @param internal whether it is one of ours
   */
  public record Proof(
      UserId user, @Nullable Instant acceptedAt, @Nullable Instant end, boolean internal) {}

  /** Whether {@code token} need not be counted as a guess: the answer to it is known. */
  public boolean knows(@Nullable String token) {
    return token != null
        && (InternalTokens.looksInternal(token) ? isInternal(token) : users.knows(token));
  }

  private boolean isInternal(String token) {
    try {
      internal.verify(token);
      return true;
    } catch (HongyanException e) {
      // Anybody can write into a token that it is one of ours.
      return false;
    }
  }

  /**
   * Proves that {@code user} holds a token of his own.
   *
   * @throws HongyanException as {@link #proofOf}, and UNAUTHENTICATED where it is another user's
   */
  public Proof prove(UserId user, @Nullable String token) {
    Proof proof = proofOf(token);
    if (!proof.user().equals(user)) {
      throw HongyanException.unauthenticated("token: belongs to another user than %s", user);
    }
    return proof;
  }
}
