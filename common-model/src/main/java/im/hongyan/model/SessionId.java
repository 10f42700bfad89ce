package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A session (conversation). The server names it; that of a {@code single} session follows from its
 * pair.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ @ -}
 */
public record SessionId(@JsonValue String value) {
  /** Checks the id's form. */
  @JsonCreator
  public SessionId {
    IdForm.check("session", value);
  }

  /**
   * The id of the one {@code single} session of two users, whoever creates it.
   *
   * @return the same id for (a, b) and (b, a)
   */
  public static SessionId ofPair(UserId a, UserId b) {
    boolean ordered = a.compareTo(b) <= 0;
    UserId first = ordered ? a : b;
    UserId second = ordered ? b : a;
    return new SessionId("s" + IdForm.derive("single", first.value(), second.value()));
  }

  @Override
  public String toString() {
    return value;
  }
}
