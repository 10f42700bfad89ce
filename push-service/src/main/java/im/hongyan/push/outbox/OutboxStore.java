package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Where the entries of outboxes are kept. Blocking; failures are runtime exceptions, and what was
 * asked for may or may not have been done then. All marks may be repeated.
 */
interface OutboxStore {
  /** An entry that is to be stored, unsent. */
  record NewEntry(
      DeliveryId id,
      MessageId message,
      SessionId session,
      UserId receiver,
      long seq,
      int expire,
      long createdAt) {
    NewEntry at(long otherSeq) {
      return new NewEntry(id, message, session, receiver, otherSeq, expire, createdAt);
    }
  }

  /** What is known of a stored entry without its message. */
  record StoredEntry(
      DeliveryId id,
      MessageId message,
      UserId receiver,
      long seq,
      int expire,
      long createdAt,
      boolean cancelled) {}

  /** Which part of an outbox is wanted. */
  record Range(UserId receiver, long after, int limit) {}

  /** The place of the last entry of each receiver who has one. */
  Map<UserId, Long> lastSeq(Collection<UserId> receivers);

  /**
   * Stores entries in order.
   *
   * @return the place in the list of the first one whose id or place is taken: those before it are
   *     stored, the rest is not; empty when all are stored
   */
  OptionalInt insert(List<NewEntry> entries);

  /** Those of the entries that are stored. */
  Map<DeliveryId, StoredEntry> find(Collection<DeliveryId> ids);

  /** Unsent entries (status 0), oldest first, for each range in turn. */
  List<List<StoredEntry>> unsent(List<Range> ranges);

  /** What is unsent or has failed of one outbox, oldest first. */
  List<StoredEntry> open(UserId receiver, int limit);

  /** Marks as delivered what is unsent or has failed. */
  void delivered(Collection<DeliveryId> ids);

  /** Marks as delivered what is unsent or has failed, up to and with a place of each receiver. */
  void deliveredUpTo(Map<UserId, Long> places);

  /** Marks as expired what is unsent or has failed. */
  void expired(Collection<DeliveryId> ids);

  /** Marks as failed what is unsent. */
  void failed(Collection<DeliveryId> ids);

  /** Counts a further try. */
  void retried(Collection<DeliveryId> ids);

  /** Gives what has failed another chance: it is unsent again. */
  void revive(Collection<UserId> receivers);

  /** Drops what is unsent or has failed from a session that the receivers have left (status 3). */
  void left(SessionId session, Collection<UserId> receivers);

  /** Receivers of unsent entries, in order, from a page that begins after {@code receiver}. */
  Set<UserId> waitingAfter(String receiver, int page);
}
