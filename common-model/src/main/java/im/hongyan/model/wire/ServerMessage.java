package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import org.jspecify.annotations.Nullable;

/**
 * What the server sends on a client's topic, replies aside ({@link Reply}). Field {@code type}
 * tells which; a client ignores types it does not know.
 */
@JsonTypeInfo(
    use = JsonTypeInfo.Id.NAME,
    property = "type",
    visible = true,
    defaultImpl = ServerMessage.Unknown.class)
@JsonSubTypes({
  @JsonSubTypes.Type(value = ServerMessage.MsgPush.class, name = "msg_push"),
  @JsonSubTypes.Type(value = ServerMessage.MsgEditingReply.class, name = "msg_editing_reply"),
  @JsonSubTypes.Type(value = ServerMessage.MsgVerdict.class, name = "msg_verdict"),
  @JsonSubTypes.Type(value = ServerMessage.MsgReadNotice.class, name = "msg_read"),
  @JsonSubTypes.Type(value = ServerMessage.StatusNotice.class, name = "status"),
})
@JsonInclude(JsonInclude.Include.NON_NULL)
@JsonIgnoreProperties(ignoreUnknown = true)
public sealed interface ServerMessage {

  /**
   * A message for the receiver, sent again until he acknowledges it with {@code msg_recv}; copies
   * are told by {@code messagesendId}.
   *
   * @param deliveryId the outbox entry, {@code messagesendId}
   * @param messageId the message, {@code messagerecvId}
   * @param session where it was sent
   * @param seq its place in the session, gap-free from 1
   * @param sender who sent it
   * @param content what moderation let through
   * @param expire seconds after {@code createdAt} when it is worthless; 0 is never
   * @param createdAt when it was accepted, milliseconds since 1970
   */
  record MsgPush(
      @JsonProperty("messagesendId") DeliveryId deliveryId,
      @JsonProperty("messagerecvId") MessageId messageId,
      SessionId session,
      long seq,
      UserId sender,
      Content content,
      int expire,
      long createdAt)
      implements ServerMessage {}

  /**
   * Another member is writing.
   *
   * @param userId to whom this is sent
   * @param session where
   * @param user who writes
   */
  record MsgEditingReply(UserId userId, SessionId session, UserId user) implements ServerMessage {}

  /**
   * What became of the sender's own message after moderation had refused it or let it go.
   *
   * @param messageId the message
   * @param clientMsgId the sender's name for it
   * @param session where it was sent
   * @param errcode 8 where it was refused, 0 where it was released
   * @param errmsg why
   */
  record MsgVerdict(
      @JsonProperty("messagerecvId") MessageId messageId,
      String clientMsgId,
      SessionId session,
      int errcode,
      @Nullable String errmsg)
      implements ServerMessage {}

  /**
   * How far a member has read.
   *
   * @param session where
   * @param user who
   * @param seq the last message read
   */
  record MsgReadNotice(SessionId session, UserId user, long seq) implements ServerMessage {}

  /**
   * The state of a peer.
   *
   * @param user whose
   * @param status online, busy or offline
   */
  record StatusNotice(UserId user, UserStatus status) implements ServerMessage {}

  /**
   * Something of a later version: not for this one.
   *
   * @param type the type it names
   */
  record Unknown(@JsonProperty("type") @Nullable String type) implements ServerMessage {}
}
