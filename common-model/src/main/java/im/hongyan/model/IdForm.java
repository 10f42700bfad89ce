package im.hongyan.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** The form that all ids share, and how those that follow from other values are derived. */
final class IdForm {
  static final int MAX_LENGTH = 64;
  private static final int DERIVED_BYTES = 16;

  private IdForm() {}

  static void check(String field, @Nullable String value) {
    if (value == null || !isValid(value)) {
      throw HongyanException.badRequest(
          "%s: %s (expected: 1 to 64 characters of A-Z a-z 0-9 . _ @ -)", field, Shown.of(value));
    }
  }

  static boolean isValid(String value) {
    if (value.isEmpty() || value.length() > MAX_LENGTH) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      boolean allowed =
          (c >= 'a' && c <= 'z')
              || (c >= 'A' && c <= 'Z')
              || (c >= '0' && c <= '9')
              || c == '.'
              || c == '_'
              || c == '@'
              || c == '-';
      if (!allowed) {
        return false;
      }
    }
    return true;
  }

  /** 22 characters of base64url: the first 128 bits of the SHA-256 of the length-framed parts. */
  static String derive(String... parts) {
    MessageDigest digest = sha256();
    for (String part : parts) {
      byte[] bytes = part.getBytes(StandardCharsets.UTF_8);
      digest.update(
          new byte[] {
            (byte) (bytes.length >>> 24),
            (byte) (bytes.length >>> 16),
            (byte) (bytes.length >>> 8),
            (byte) bytes.length
          });
      digest.update(bytes);
    }
    byte[] hash = digest.digest();
    byte[] cut = new byte[DERIVED_BYTES];
    System.arraycopy(hash, 0, cut, 0, DERIVED_BYTES);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(cut);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every Java platform has SHA-256", e);
    }
  }
}
