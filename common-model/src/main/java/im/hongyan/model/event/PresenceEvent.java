package im.hongyan.model.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.UserStatus;

/**
 * Whether users are there: the events of the stream {@link Streams#PRESENCE}, keyed by the user.
 * Best effort: what is lost is found out by asking.
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "event",
    defaultImpl = PresenceEvent.Unknown.class)
@JsonSubTypes({
  @JsonSubTypes.Type(value = PresenceEvent.StatusChanged.class, name = "status_changed"),
})
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface PresenceEvent {

  /**
   * The state of a user may have changed.
   *
   * @param user whose
   * @param status what it is now
   */
  record StatusChanged(UserId user, UserStatus status) implements PresenceEvent {}

  /** An event of a later version; worth nothing when it can be read. */
  record Unknown() implements PresenceEvent {}
}
