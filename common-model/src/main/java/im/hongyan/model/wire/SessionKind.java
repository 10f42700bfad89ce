package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import im.hongyan.model.HongyanException;
import java.util.Locale;

/** How a session is used. */
public enum SessionKind {
  /** Two users; unique for the pair, never grows. */
  SINGLE,
  /** Any number of members. */
  GROUP;

  /** The name on the wire and in the database. */
  @JsonValue
  public String wireName() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The kind of a wire name.
   *
   * @throws HongyanException BAD_REQUEST where there is none
   */
  @JsonCreator
  public static SessionKind of(String wireName) {
    for (SessionKind kind : values()) {
      if (kind.wireName().equals(wireName)) {
        return kind;
      }
    }
    throw HongyanException.badRequest("kind: \"%.40s\" (expected: single or group)", wireName);
  }
}
