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

  /**
   * What is known of a stored entry without its message.
   *
   * @param open whether it is unsent or has failed
   * @param handedOut whether this alone tells that the receiver has got it or may have: where not,
   *     his outbox knows
   */
  record StoredEntry(
      DeliveryId id,
      MessageId message,
      UserId receiver,
      long seq,
      int expire,
      long createdAt,
      boolean cancelled,
      boolean open,
      boolean handedOut) {
    /** Takes a place and is never sent. */
    static StoredEntry unreadable(DeliveryId id, UserId receiver, long seq) {
      return new StoredEntry(
          id, new MessageId("unreadable"), receiver, seq, 0, 0, true, false, true);
    }
  }

  /** Which part of an outbox is wanted. */
  record Range(UserId receiver, long after, int limit) {}

  /**
   * What has become of entries. Only what is unsent or has failed is marked as delivered or
   * expired, and only what is unsent as failed.
   *
   * @param delivered the receiver has them
   * @param deliveredUpTo of these receivers, all up to and with a place
   * @param retried a further try counts
   * @param failed the receiver does not acknowledge them
   * @param expired they are worthless
   */
  record Marks(
      Collection<DeliveryId> delivered,
      Map<UserId, Long> deliveredUpTo,
      Collection<DeliveryId> retried,
      Collection<DeliveryId> failed,
      Collection<DeliveryId> expired) {
    static Marks ofExpired(Collection<DeliveryId> expired) {
      return new Marks(List.of(), Map.of(), List.of(), List.of(), expired);
    }
  }

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

  /**
   * What is unsent or has failed of one outbox, oldest first. What cannot be read is there like
   * what was recalled, so that a page is as long as what was found.
   */
  List<StoredEntry> open(Range range);

  /**
   * What is in one outbox, but for what was dropped or has expired, oldest first; what was recalled
   * or cannot be read is there, likewise.
   */
  List<StoredEntry> kept(Range range);

  /** The same as {@link #open(Range)} for each range in turn. */
  List<List<StoredEntry>> open(List<Range> ranges);

  /** Those among the receivers who have something that is unsent or has failed. */
  Set<UserId> haveOpen(Collection<UserId> receivers);

  /** Marks entries, with one command. */
  void mark(Marks marks);

  /**
   * Marks entries that are about to be handed to somebody who polls, but for those that have been
   * recalled.
   *
   * @return false when there are some that have
   */
  boolean polled(Collection<DeliveryId> ids);

  /**
   * Recalls those of the entries whose receivers have not got them, as far as the store knows; what
   * somebody polls at the same moment is either recalled or handed out, never both.
   */
  void recallUnseen(Collection<DeliveryId> ids);

  /** Recalls entries; those that are unsent or have failed are open no more (status 5). */
  void recall(Collection<DeliveryId> ids);

  /**
   * Some of what is unsent or has failed and expired at {@code time} or before, in milliseconds
   * since 1970.
   */
  List<DeliveryId> expiredBy(long time, int limit);

  /**
   * Drops what is unsent or has failed from a session that receivers have left (status 3), with one
   * command.
   *
   * @param upTo of each of them, the last place that may be dropped: however late this is carried
   *     out, what he gets after he is back in the session stays
   */
  void left(SessionId session, Map<UserId, Long> upTo);

  /**
   * The receivers, each once, of the first so many entries that are unsent or have failed behind
   * {@code receiver}'s; nobody when there are no such entries.
   */
  List<UserId> waitingAfter(String receiver, int entries);
}
