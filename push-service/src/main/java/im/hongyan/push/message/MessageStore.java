package im.hongyan.push.message;

import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

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

  /** Marks a message as recalled; may be repeated. */
  void recall(MessageId id);

  /** At most {@code limit} messages with {@code seq > after}, the first ones, ascending. */
  List<StoredMessage> following(SessionId session, long after, int limit);

  /** At most {@code limit} messages with {@code seq < before}, the last ones, ascending. */
  List<StoredMessage> preceding(SessionId session, long before, int limit);
}
