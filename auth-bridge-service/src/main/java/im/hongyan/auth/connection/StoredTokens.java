package im.hongyan.auth.connection;

import im.hongyan.auth.usersystem.AcceptedTokens;
import im.hongyan.auth.usersystem.Owner;
import im.hongyan.auth.usersystem.TokenHash;
import java.util.Optional;

/** The tokens of connections, which all instances share. */
final class StoredTokens implements AcceptedTokens {
  private final Users users;

  StoredTokens(Users users) {
    this.users = users;
  }

  @Override
  public Optional<Owner> find(TokenHash token) {
    return users.ownerOf(token);
  }

  @Override
  public void forget(TokenHash token) {
    users.forget(token);
  }
}
