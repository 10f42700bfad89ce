package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A session as its members see it, with the database's field names.
 *
 * @param id {@code _id}
 * @param creator who created it; never changes
 * @param owner who owns it now; null once nobody is left
 * @param members who is in it, in the session's order
 * @param admins who helps the owner; each is a member
 * @param kind single or group
 * @param name what it is called
 * @param avatar link to its picture
 * @param status {@code valid}, or {@code invalid} once the last member has left
 * @param version counts the changes, from 1
 * @param createdAt milliseconds since 1970
 * @param updatedAt milliseconds since 1970 of the last change
 * @param own what concerns him alone who asked; only where sessions are listed or looked at
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record SessionView(
    @JsonProperty("_id") SessionId id,
    UserId creator,
    @Nullable UserId owner,
    List<UserId> members,
    List<UserId> admins,
    SessionKind kind,
    @Nullable String name,
    @Nullable String avatar,
    String status,
    long version,
    long createdAt,
    long updatedAt,
    @Nullable Own own) {
  /** The status of a session that has members. */
  public static final String VALID = "valid";

  /** The status of a session whose last member has left. */
  public static final String INVALID = "invalid";

  /** Copies the lists. */
  public SessionView {
    members = List.copyOf(members);
    admins = admins == null ? List.of() : List.copyOf(admins);
  }

  /** Whether anybody is left in it. */
  public boolean valid() {
    return VALID.equals(status);
  }

  /** The same session, with what concerns the one who asked. */
  public SessionView with(Own whose) {
    return new SessionView(
        id, creator, owner, members, admins, kind, name, avatar, status, version, createdAt,
        updatedAt, whose);
  }

  /**
   * How a session stands for one of its members.
   *
   * @param muted whether he wants no offline pushes from it
   * @param peer the state of the other member of a single session; absent where he has left it, and
   *     while it cannot be found out
   * @param read the last message that he has read; absent, like the rest, while it cannot be found
   *     out
   * @param unread how many messages of others stand behind it: at most 100, which stands for all
   *     that are more
   * @param last the last message that a member has sent; absent also where none has lately
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Own(
      boolean muted,
      @Nullable UserStatus peer,
      @Nullable Long read,
      @Nullable Integer unread,
      @Nullable LastMessage last) {}

  /**
   * The last message of a session.
   *
   * @param messageId the message, {@code messagerecvId}
   * @param seq its place
   * @param sender who sent it
   * @param content what it says; absent where it was recalled
   * @param cancel true where it was recalled, else absent
   * @param createdAt when it was accepted, milliseconds since 1970
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record LastMessage(
      @JsonProperty("messagerecvId") MessageId messageId,
      long seq,
      UserId sender,
      @Nullable Content content,
      @Nullable Boolean cancel,
      long createdAt) {}
}
