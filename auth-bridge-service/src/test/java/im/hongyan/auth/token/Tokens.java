package im.hongyan.auth.token;

import im.hongyan.auth.usersystem.UserSystem;
import im.hongyan.identity.InternalTokens;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/** An authenticator for tests of other features. */
public final class Tokens {
  private Tokens() {}

  /** An authenticator that asks {@code users}. */
  public static Authenticator authenticator(UserSystem users, Clock clock) {
    TokenIssuer issuer =
        new TokenIssuer(SigningKey.loadOrMake(null), List.of(), Duration.ofMinutes(10), clock);
    return new Authenticator(users, new InternalTokens(issuer::find, clock));
  }
}
