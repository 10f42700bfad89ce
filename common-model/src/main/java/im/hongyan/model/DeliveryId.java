package im.hongyan.model;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * One entry of a receiver's outbox, {@code messagesendId} on the wire: derived from the message and
 * its receiver.
 *
 * @param value 1 to 64 characters of {@code A-Z a-z 0-9 . _ @ -}
 */
public record DeliveryId(@JsonValue String value) {
  /** Checks the id's form. */
  @JsonCreator
  public DeliveryId {
    IdForm.check("messagesendId", value);
  }

  /** The id of the outbox entry that brings {@code message} to {@code receiver}. */
  public static DeliveryId of(MessageId message, UserId receiver) {
    return new DeliveryId("d" + IdForm.derive("delivery", message.value(), receiver.value()));
  }

  @Override
  public String toString() {
    return value;
  }
}
