package im.hongyan.model.event;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What concerns one receiver's outbox, in its order: the events of the stream {@link
 * Streams#DELIVERIES}, keyed by the receiver.
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "event",
    defaultImpl = ReceiverEvent.Unknown.class)
@JsonSubTypes({
  @JsonSubTypes.Type(value = ReceiverEvent.Deliver.class, name = "deliver"),
  @JsonSubTypes.Type(value = ReceiverEvent.Recalled.class, name = "recalled"),
  @JsonSubTypes.Type(value = ReceiverEvent.Notified.class, name = "notified"),
  @JsonSubTypes.Type(value = ReceiverEvent.Acknowledged.class, name = "acknowledged"),
  @JsonSubTypes.Type(value = ReceiverEvent.Connected.class, name = "connected"),
  @JsonSubTypes.Type(value = ReceiverEvent.Disconnected.class, name = "disconnected"),
  @JsonSubTypes.Type(value = ReceiverEvent.TakenOver.class, name = "taken_over"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface ReceiverEvent {

  /**
   * A stored message that goes into the outboxes of some receivers, all of one partition, so that a
   * large session costs one event for each partition and not for each member.
   *
   * @param message the message
   * @param session where it was sent
   * @param seq its place in the session
   * @param sender who sent it
   * @param content what receivers get
   * @param expire seconds after {@code createdAt}; 0 is never
   * @param createdAt when it was accepted, milliseconds since 1970
   * @param receivers who gets it
   * @param leavers those among the receivers who have just left the session: what is still unsent
   *     to them from it is dropped (status 3) before this message, the notice that they left
   */
  record Deliver(
      MessageId message,
      SessionId session,
      long seq,
      UserId sender,
      Content content,
      int expire,
      long createdAt,
      List<UserId> receivers,
      List<UserId> leavers)
      implements ReceiverEvent {
    /** Copies the lists. */
    public Deliver {
      receivers = List.copyOf(receivers);
      leavers = leavers == null ? List.of() : List.copyOf(leavers);
    }
  }

  /**
   * A message was recalled: it is not sent any more, and those who may have it are told. Behind
   * whatever brought it, in each partition that has it or has somebody to tell.
   *
   * @param message the message that was recalled
   * @param holders those of the partition into whose outboxes it was put
   * @param notice the message that tells the recall, to those of the partition who are members; a
   *     holder whose outbox has never let the recalled message out is spared it
   */
  record Recalled(MessageId message, List<UserId> holders, Deliver notice)
      implements ReceiverEvent {
    /** Copies the list. */
    public Recalled {
      holders = List.copyOf(holders);
    }
  }

  /**
   * Something that is told to those of some receivers who are there now, all of one partition. It
   * is not stored: who is away or misses it finds out by asking.
   *
   * @param receivers who is told
   * @param message what
   */
  record Notified(List<UserId> receivers, ServerMessage message) implements ReceiverEvent {
    /** Copies the list. */
    public Notified {
      receivers = List.copyOf(receivers);
    }
  }

  /**
   * The receiver has acknowledged a push.
   *
   * @param receiver who
   * @param delivery which
   * @param upTo whether all before it count as acknowledged too
   */
  record Acknowledged(UserId receiver, DeliveryId delivery, boolean upTo)
      implements ReceiverEvent {}

  /**
   * A device of the receiver is there and ready: whatever is unsent goes out from the oldest on.
   *
   * @param receiver who
   * @param reply published to the receiver before anything else, so that a client can tell what was
   *     sent before its connection from what comes after; absent where it was answered otherwise
   */
  record Connected(UserId receiver, @Nullable Reply reply) implements ReceiverEvent {}

  /**
   * The receiver's last connection is gone: nothing is sent until he is back.
   *
   * @param receiver who
   */
  record Disconnected(UserId receiver) implements ReceiverEvent {}

  /**
   * The partition was subscribed to anew: whoever reads this is its active owner, and looks for
   * receivers who wait. Concerns no receiver.
   */
  record TakenOver() implements ReceiverEvent {}

  /**
   * An event of a later version. What it asks for is not known, so it is never passed over: it goes
   * to the dead queue, from where it can be sent again after the upgrade.
   */
  record Unknown() implements ReceiverEvent {}
}
