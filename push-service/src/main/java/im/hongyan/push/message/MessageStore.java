package im.hongyan.push.message;

import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.wire.Content;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where messages are kept. Blocking; failures are runtime exceptions, and what was asked for may or
 * may not have been done then. A message that cannot be read is passed over, but where it tells who
 * is next: there it is a failure.
 */
public interface MessageStore {
  /** Those of the messages that are stored. */
  Map<MessageId, StoredMessage> find(Collection<MessageId> ids);

  /** The last message of each of the sessions that has one. */
  Map<SessionId, StoredMessage> last(Collection<SessionId> sessions);

  /** The message at a place of a session. */
  Optional<StoredMessage> at(SessionId session, long seq);

  /**
   * Stores messages, in order: of each session either all or a first part.
   *
   * @return false when an id or a place was taken; the messages before it are stored then
   */
  boolean insert(List<NewMessage> messages);

  /** Marks messages as recalled; may be repeated. */
  void recall(Collection<MessageId> ids);

  /**
   * Changes what a message says. Does nothing where a later change of the message has been carried
   * out, so it may be repeated at any time.
   *
   * @param notice the message that tells the change; its place says which change is later
   * @param seq the place of {@code notice} in the session
   * @param content as it was written
   * @param deal what receivers get; null where it is the content as it was written
   * @param at when it was asked for, milliseconds since 1970
   */
  void edit(
      MessageId id, MessageId notice, long seq, Content content, @Nullable Content deal, long at);

  /**
   * Adds a reaction to a message, or takes it away; likewise.
   *
   * @param seq the place of the message that tells it
   */
  void react(MessageId id, long seq, Reaction reaction, boolean remove);

  /** Keeps a decision about a request that changes nothing; the last few of a message are kept. */
  void decided(MessageId id, Decision decision);

  /** At most {@code limit} messages with {@code seq > after}, the first ones, ascending. */
  List<StoredMessage> following(SessionId session, long after, int limit);

  /** At most {@code limit} messages with {@code seq < before}, the last ones, ascending. */
  List<StoredMessage> preceding(SessionId session, long before, int limit);
}
