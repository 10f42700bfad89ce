package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

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

  /**
   * The id of the group that one request made, so that the same request sent again finds it. All
   * that the request says of the group counts: a client that numbers its requests from 1 at each
   * start must not get an earlier group for another one.
   *
   * @param device the asking device where the request carries it, else null
   * @param requestId the request's id
   * @param kind the kind it asks for, as on the wire; null where it names none
   * @param name what it calls the group; null where it does not
   * @param members whom it invites, in its order
   */
  public static SessionId ofRequest(
      UserId creator,
      @Nullable DeviceId device,
      String requestId,
      @Nullable String kind,
      @Nullable String name,
      List<UserId> members) {
    List<String> parts = new ArrayList<>();
    parts.add("group");
    parts.add(creator.value());
    parts.add(device == null ? "" : device.value());
    parts.add(requestId);
    parts.add(kind == null ? "" : kind);
    parts.add(name == null ? "" : name);
    members.forEach(member -> parts.add(member.value()));
    return new SessionId("s" + IdForm.derive(parts.toArray(String[]::new)));
  }

  @Override
  public String toString() {
    return value;
  }
}
