package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * An accepted message, {@code messagerecvId} on the wire: derived from its name, so that a repeated
 * message has it again.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ @ -}
 */
public record MessageId(@JsonValue String value) {
  /** Checks the id's form. */
  @JsonCreator
  public MessageId {
    IdForm.check("messagerecvId", value);
  }

  /**
   * The id of the message that {@code sender} named {@code clientMsgId}: the same however often and
   * by whatever transport it is sent. The session belongs to the name because the customary {@code
   * clientMsgId} is a time stamp in milliseconds, which two sessions may share.
   *
   * @param device the sending device where the message carries it, else null
   */
  public static MessageId of(
      UserId sender, @Nullable DeviceId device, String clientMsgId, SessionId session) {
    return new MessageId(
        "m"
            + IdForm.derive(
                "message",
                sender.value(),
                device == null ? "" : device.value(),
                clientMsgId,
                session.value()));
  }

  /** The id of the system message that tells of version {@code version} of a session. */
  public static MessageId ofSessionChange(SessionId session, long version) {
    return new MessageId(
        "m" + IdForm.derive("session-change", session.value(), Long.toString(version)));
  }

  /** The id of the system message that tells of the recall of {@code recalled}. */
  public static MessageId ofRecall(MessageId recalled) {
    return new MessageId("m" + IdForm.derive("recall", recalled.value()));
  }

  /** The id of the system message that tells what became of a message by a request. */
  public static MessageId ofChange(MessageId changed, String request) {
    return new MessageId("m" + IdForm.derive("change", changed.value(), request));
  }

  @Override
  public String toString() {
    return value;
  }
}
