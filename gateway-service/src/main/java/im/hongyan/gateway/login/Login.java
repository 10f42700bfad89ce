package im.hongyan.gateway.login;

import im.hongyan.model.UserId;

/**
 * Who somebody is, in the form that the services verify.
 *
 * @param userId who
 * @param token the internal token, a signed JWT
 * @param expiresAt milliseconds since 1970
 */
record Login(UserId userId, String token, long expiresAt) {
  @Override
  public String toString() {
    return "Login[userId=%s, expiresAt=%d]".formatted(userId, expiresAt);
  }
}
