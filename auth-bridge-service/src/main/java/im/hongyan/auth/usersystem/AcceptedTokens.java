package im.hongyan.auth.usersystem;

import im.hongyan.model.HongyanException;
import java.util.Optional;

/**
 * The tokens that connected users have shown, as all instances of the service know them. Blocks.
 */
public interface AcceptedTokens {
  /**
   * Whose a token is, with the time at which the user system accepted it.
   *
   * @throws HongyanException UNAVAILABLE where that cannot be found out
   */
  Optional<Owner> find(TokenHash token);

  /**
   * A token has been refused since.
   *
   * @throws HongyanException UNAVAILABLE where it may be found again
   */
  void forget(TokenHash token);
}
