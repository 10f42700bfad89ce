package im.hongyan.push.message;

import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A message as it is stored.
 *
 * @param id its id
 * @param session where it was sent
 * @param seq its place there, gap-free from 1
 * @param sender who sent it
 * @param clientMsgId the sender's name for it; null for what the server tells
 * @param content the JSON that receivers get
 * @param expire seconds after {@code createdAt}; 0 is never
 * @param createdAt when it was accepted, milliseconds since 1970
 * @param cancelled whether it was recalled
 * @param notice the {@code seq} of the last message before or at this one that told a change of the
 *     session, and so who its members were; 0 where none had
 * @param members where this message tells a change: who is a member since; else empty
 * @param version where this message tells a change: of which version; else 0
 * @param rejected whether moderation refused it: then what it holds is for its sender alone
 * @param editedAt when its sender last edited it, milliseconds since 1970; 0 where he never did
 * @param edits the messages that told its edits, oldest first
 * @param reactions of its readers, oldest first
 * @param decisions about the last requests that changed nothing, oldest first: one that comes again
 *     is not decided anew, in view of what has come later
 */
public record StoredMessage(
    MessageId id,
    SessionId session,
    long seq,
    UserId sender,
    @Nullable String clientMsgId,
    ContentJson content,
    int expire,
    long createdAt,
    boolean cancelled,
    long notice,
    List<UserId> members,
    long version,
    boolean rejected,
    long editedAt,
    List<MessageId> edits,
    List<Reaction> reactions,
    List<Decision> decisions) {}
