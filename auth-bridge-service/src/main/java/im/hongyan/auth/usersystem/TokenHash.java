package im.hongyan.auth.usersystem;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is kept of a token: whoever reads it, in memory or in the database, cannot log in with it.
 *
 * @param hex the SHA-256 of the token's UTF-8, in hexadecimal digits
 */
public record TokenHash(String hex) {
  /** The hash of a token. */
  public static TokenHash of(String token) {
    try {
      MessageDigest digest = MessageDigest.getInstance("SHA-256");
      return new TokenHash(
          HexFormat.of().formatHex(digest.digest(token.getBytes(StandardCharsets.UTF_8))));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
