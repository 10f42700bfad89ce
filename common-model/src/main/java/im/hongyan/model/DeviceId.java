package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One device of a user, named by the client; unique among the user's devices.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ @ -}
 */
public record DeviceId(@JsonValue String value) {
  /** Checks the id's form. */
  @JsonCreator
  public DeviceId {
    IdForm.check("device", value);
  }

  @Override
  public String toString() {
    return value;
  }
}
