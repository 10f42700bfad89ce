package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import im.hongyan.model.HongyanException;
import java.util.Locale;

/** Whether a user can be reached. */
public enum UserStatus {
  /** Connected. */
  ONLINE,
  /** No connection is left. */
  OFFLINE,
  /** Connected, and does not want to be disturbed. */
  BUSY;

  /** The name on the wire and in the database. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The status of a wire name.
   *
   * @throws HongyanException BAD_REQUEST where there is none
   */
  @JsonCreator
  public static UserStatus of(String wireName) {
    for (UserStatus status : values()) {
      if (status.wireName().equals(wireName)) {
        return status;
      }
    }
    throw HongyanException.badRequest(
        "status: \"%.40s\" (expected: online, busy or offline)", wireName);
  }
}
