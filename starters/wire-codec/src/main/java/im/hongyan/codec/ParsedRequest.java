package im.hongyan.codec;

import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import org.jspecify.annotations.Nullable;

/** What became of the bytes that a client sent. */
public sealed interface ParsedRequest {

  /**
   * A message of the protocol.
   *
   * @param request the message
   */
  record Valid(Request request) implements ParsedRequest {}

  /**
   * Not a message of the protocol; what could be read of it goes into the reply.
   *
   * @param type the type it names; {@code error} where none can be read
   * @param requestId the request id where it can be read
   * @param clientMsgId the sender's name for the message where it can be read
   * @param error what was found and what was expected; always BAD_REQUEST
   */
  record Invalid(
      String type, @Nullable String requestId, @Nullable String clientMsgId, HongyanException error)
      implements ParsedRequest {
    /** The reply that tells {@code user} so. */
    public Reply reply(@Nullable UserId user) {
      Reply reply = Reply.failed(type, user, error).withRequestId(requestId);
      return clientMsgId == null ? reply : reply.withMessage(clientMsgId, null, null);
    }
  }
}
