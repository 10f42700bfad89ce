package im.hongyan.model.wire;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The one answer to a request: {@code type} is the request's with {@code _reply}. Build with {@link
 * #ok} or {@link #failed} and the {@code with} methods.
 *
 * @param type what it answers
 * @param userId who asked
 * @param errcode 0, or why not
 * @param errmsg what was found and what was expected
 * @param requestId the request's
 * @param retryAfterMs with RATE_LIMITED: when the next request has a chance
 * @param clientMsgId of the message in question
 * @param deliveryId {@code messagesendId} of the push in question
 * @param messageId {@code messagerecvId} of the message in question
 * @param createdAt with {@code msg_send}: when the message was accepted, milliseconds since 1970
 * @param session with {@code msg_send}: where the message was accepted
 * @param entities with session types: {@code {session: {ID: {...}}}}
 * @param model with session types: {@code session}
 * @param result with session types: the ids in {@code entities}, in order
 * @param next with lists: where the next page begins; absent on the last
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Reply(
    String type,
    @Nullable UserId userId,
    ErrorCode errcode,
    @Nullable String errmsg,
    @Nullable String requestId,
    @Nullable Long retryAfterMs,
    @Nullable String clientMsgId,
    @JsonProperty("messagesendId") @Nullable DeliveryId deliveryId,
    @JsonProperty("messagerecvId") @Nullable MessageId messageId,
    @Nullable Long createdAt,
    @Nullable SessionId session,
    @Nullable Map<String, Map<SessionId, SessionView>> entities,
    @Nullable String model,
    @Nullable List<SessionId> result,
    @Nullable String next) {
  private static final String SUFFIX = "_reply";

  /** Done. */
  public static Reply ok(String requestType, UserId user) {
    return of(requestType, user, ErrorCode.OK, null, null);
  }

  /** Not done: why not. */
  public static Reply failed(String requestType, @Nullable UserId user, HongyanException e) {
    return of(
        requestType,
        user,
        e.code(),
        e.getMessage(),
        e.retryAfter().map(Duration::toMillis).orElse(null));
  }

  private static Reply of(
      String requestType,
      @Nullable UserId user,
      ErrorCode code,
      @Nullable String errmsg,
      @Nullable Long retryAfterMs) {
    return new Reply(
        requestType + SUFFIX,
        user,
        code,
        errmsg,
        null,
        retryAfterMs,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null);
  }

  /** The same reply to the request that had {@code id}. */
  public Reply withRequestId(@Nullable String id) {
    return new Reply(
        type,
        userId,
        errcode,
        errmsg,
        id,
        retryAfterMs,
        clientMsgId,
        deliveryId,
        messageId,
        createdAt,
        session,
        entities,
        model,
        result,
        next);
  }

  /** The same reply, about the message that the sender named {@code clientMsgId}. */
  public Reply withMessage(
      String clientMsgId, @Nullable MessageId messageId, @Nullable Long createdAt) {
    return new Reply(
        type,
        userId,
        errcode,
        errmsg,
        requestId,
        retryAfterMs,
        clientMsgId,
        deliveryId,
        messageId,
        createdAt,
        session,
        entities,
        model,
        result,
        next);
  }

  /** The same reply, about a message that was accepted in {@code where}. */
  public Reply withSession(SessionId where) {
    return new Reply(
        type,
        userId,
        errcode,
        errmsg,
        requestId,
        retryAfterMs,
        clientMsgId,
        deliveryId,
        messageId,
        createdAt,
        where,
        entities,
        model,
        result,
        next);
  }

  /** The same reply, about a push or a message that was pushed. */
  public Reply withDelivery(@Nullable DeliveryId deliveryId, @Nullable MessageId messageId) {
    return new Reply(
        type,
        userId,
        errcode,
        errmsg,
        requestId,
        retryAfterMs,
        clientMsgId,
        deliveryId,
        messageId,
        createdAt,
        session,
        entities,
        model,
        result,
        next);
  }

  /** The same reply with sessions in it, in order; {@code next} is where the next page begins. */
  public Reply withSessions(List<SessionView> sessions, @Nullable String next) {
    Map<SessionId, SessionView> byId = new LinkedHashMap<>();
    sessions.forEach(session -> byId.put(session.id(), session));
    return new Reply(
        type,
        userId,
        errcode,
        errmsg,
        requestId,
        retryAfterMs,
        clientMsgId,
        deliveryId,
        messageId,
        createdAt,
        session,
        Map.of("session", byId),
        "session",
        List.copyOf(byId.keySet()),
        next);
  }

  /** Whether what was asked for is done. */
  @JsonIgnore
  public boolean isOk() {
    return errcode == ErrorCode.OK;
  }
}
