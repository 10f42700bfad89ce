package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A user as the customer's own user system names him: 1 to 64 characters of {@code A-Z a-z 0-9 .
 * _ @ -}.
 *
 * @param value the id as the user system spells it
 */
public record UserId(@JsonValue String value) implements Comparable<UserId> {
  /** The longest id, in characters. */
  public static final int MAX_LENGTH = 64;

  /** Checks the id's form. */
  @JsonCreator
  public UserId {
    if (!isValid(value)) {
      throw HongyanException.badRequest(
          "userId: %s (expected: 1 to 64 characters of A-Z a-z 0-9 . _ @ -)", Shown.of(value));
    }
  }

  /** Whether {@code value} has the form of a user id. */
  public static boolean isValid(String value) {
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

  @Override
  public int compareTo(UserId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
