package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A user as the customer's own user system names him.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ @ -}
 */
public record UserId(@JsonValue String value) implements Comparable<UserId> {
  /** Checks the id's form. */
  @JsonCreator
  public UserId {
    IdForm.check("userId", value);
  }

  /** Whether {@code value} has the form of a user id. */
  public static boolean isValid(String value) {
    return IdForm.isValid(value);
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
