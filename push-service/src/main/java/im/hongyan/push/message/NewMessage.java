package im.hongyan.push.message;

import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message that is to be stored; the components are those of {@link StoredMessage}.
 *
 * @param content as it was received
 * @param deal what receivers get; null where it is the content as received
 * @param rejected which rule of moderation refused it: then {@code deal} is for its sender alone;
 *     null where none did
 */
public record NewMessage(
    MessageId id,
    SessionId session,
    long seq,
    UserId sender,
    @Nullable String clientMsgId,
    Content content,
    @Nullable Content deal,
    int expire,
    long createdAt,
    long notice,
    List<UserId> members,
    long version,
    @Nullable String rejected) {
  /** What receivers get. */
  public Content dealt() {
    return deal == null ? content : deal;
  }
}
