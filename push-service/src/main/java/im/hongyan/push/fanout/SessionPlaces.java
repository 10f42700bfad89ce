package im.hongyan.push.fanout;

import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRejected;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageChange;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.MessageRejected;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.RequestAnswered;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Content;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.NewMessage;
import im.hongyan.push.message.StoredMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Gives the messages of sessions their places and stores them, and knows who was a member at which
 * place. A batch costs one insert, whatever its size, and one look-up more if something in it was
 * stored before. Belongs to the partition's thread.
 */
final class SessionPlaces {
  private static final int MAX_ROUNDS = 5;

  private final MessageStore store;
  private final ContentBson contents;
  private final Members membersNow;
  private final FanoutMetrics metrics;
  private final Map<SessionId, SessionOrder> orders;

  SessionPlaces(
      MessageStore store,
      ContentBson contents,
      Members membersNow,
      FanoutMetrics metrics,
      int maxSessions) {
    this.store = store;
    this.contents = contents;
    this.membersNow = membersNow;
    this.metrics = metrics;
    this.orders = LeastRecentlyUsed.map(maxSessions);
  }

  /** Forgets everything: another owner may have given places away. */
  void reset() {
    orders.clear();
  }

  /** Stores what is not {@code known}, as far as is known yet. */
  List<Fanned> store(Map<MessageId, SessionEvent> batch, Map<MessageId, StoredMessage> known) {
    List<Fanned> fanned = tryToStore(batch, known);
    for (int round = 1; fanned == null; round++) {
      fanned = tryToStore(batch, store.find(idsOf(batch)));
      if (fanned != null) {
        break;
      }
      // Somebody else still thinks that he owns the partition, or did so a moment ago.
      metrics.collided();
      if (round == MAX_ROUNDS) {
        throw HongyanException.unavailable(
            "fan-out: places of a session were taken %d times".formatted(round), null);
      }
    }
    return fanned;
  }

  /** All messages that matter to a batch: its own, and what is to be changed. */
  private static Set<MessageId> idsOf(Map<MessageId, SessionEvent> batch) {
    Set<MessageId> ids = new HashSet<>(batch.keySet());
    for (SessionEvent event : batch.values()) {
      if (event instanceof MessageChange change) {
        ids.add(change.message());
      }
    }
    return ids;
  }

  /**
   * Gives places to what is not {@code known} and stores it.
   *
   * @return null when an id or a place was taken; the sessions of the batch are forgotten then
   */
  private @Nullable List<Fanned> tryToStore(
      Map<MessageId, SessionEvent> batch, Map<MessageId, StoredMessage> known) {
    Map<SessionId, SessionOrder> held = open(batch.values());
    List<NewMessage> fresh = new ArrayList<>(batch.size());
    List<Fanned> fanned = new ArrayList<>(batch.size());
    // Places are given away in memory first; when storing fails they must be forgotten.
    boolean stored = false;
    try {
      for (Map.Entry<MessageId, SessionEvent> arrived : batch.entrySet()) {
        StoredMessage before = known.get(arrived.getKey());
        fanned.add(
            switch (arrived.getValue()) {
              case MessageModerated moderated ->
                  before == null
                      ? place(moderated.message(), moderated.deal(), held, fresh)
                      : again(before, held);
              case MessageRejected rejected ->
                  before == null ? placeRejected(rejected, held, fresh) : again(before, held);
              case EditRejected edit -> throw SessionEvents.notForHere(edit);
              case SessionChanged changed -> placeNotice(changed, before, held, fresh);
              case RecallRequested recall -> placeChange(recall, known, before, held, fresh);
              case EditModerated edit -> placeChange(edit, known, before, held, fresh);
              case ReactionRequested reaction -> placeChange(reaction, known, before, held, fresh);
              case EditRequested edit -> throw SessionEvents.notForHere(edit);
              case ReadReported report -> throw SessionEvents.notForHere(report);
              case MessageReceived received -> throw SessionEvents.notForHere(received);
              case RequestAnswered answer -> throw SessionEvents.notForHere(answer);
              case SessionEvent.Unknown unknown -> throw SessionEvents.notForHere(unknown);
            });
      }
      stored = fresh.isEmpty() || store.insert(fresh);
    } finally {
      if (!stored) {
        orders.keySet().removeAll(held.keySet());
      }
    }
    if (!stored) {
      return null;
    }
    metrics.stored(fresh.size(), batch.size() - fresh.size());
    return fanned;
  }

  /** The orders of all sessions of the batch; those that are not in memory are read. */
  Map<SessionId, SessionOrder> open(Collection<? extends SessionEvent> batch) {
    Map<SessionId, SessionOrder> held = new HashMap<>();
    Set<SessionId> missing = new HashSet<>();
    for (SessionEvent event : batch) {
      SessionId session = event.session();
      SessionOrder order = session == null ? null : orders.get(session);
      if (order != null && session != null) {
        held.put(session, order);
      } else if (session != null) {
        missing.add(session);
      }
    }
    if (!missing.isEmpty()) {
      Map<SessionId, StoredMessage> last = store.last(missing);
      for (SessionId session : missing) {
        SessionOrder order = read(session, last.get(session), batch);
        orders.put(session, order);
        held.put(session, order);
      }
    }
    return held;
  }

  private SessionOrder read(
      SessionId session, @Nullable StoredMessage last, Collection<? extends SessionEvent> batch) {
    if (last == null) {
      // A session's first event tells its members; asking is for those that are older than that.
      boolean told =
          batch.stream()
              .filter(event -> session.equals(event.session()))
              .findFirst()
              .filter(SessionChanged.class::isInstance)
              .isPresent();
      return new SessionOrder(0, 0, 0, told ? List.of() : membersNow.now(session));
    }
    StoredMessage notice = noticeOf(last);
    return notice == null
        ? new SessionOrder(last.seq(), 0, 0, membersNow.now(session))
        : new SessionOrder(last.seq(), notice.seq(), notice.version(), notice.members());
  }

  /** The message that told who the members were when {@code message} got its place. */
  private @Nullable StoredMessage noticeOf(StoredMessage message) {
    if (message.notice() == 0) {
      return null;
    }
    return message.notice() == message.seq()
        ? message
        : store.at(message.session(), message.notice()).orElse(null);
  }

  private Fanned place(
      MessageReceived message,
      @Nullable Content deal,
      Map<SessionId, SessionOrder> held,
      List<NewMessage> fresh) {
    SessionOrder order = orderOf(message.session(), held);
    NewMessage placed =
        new NewMessage(
            message.id(),
            message.session(),
            order.nextSeq(),
            message.sender(),
            message.clientMsgId(),
            message.content(),
            deal,
            message.expire(),
            message.createdAt(),
            order.notice(),
            List.of(),
            0,
            null);
    fresh.add(placed);
    return Fanned.of(placed, receivers(order.members(), message.sender()), List.of());
  }

  /** It was accepted, so it keeps its place; but its sender alone gets anything, the verdict. */
  private Fanned placeRejected(
      MessageRejected rejected, Map<SessionId, SessionOrder> held, List<NewMessage> fresh) {
    MessageReceived message = rejected.message();
    SessionOrder order = orderOf(message.session(), held);
    NewMessage placed =
        new NewMessage(
            message.id(),
            message.session(),
            order.nextSeq(),
            message.sender(),
            message.clientMsgId(),
            message.content(),
            RejectionNotice.content(message),
            0,
            message.createdAt(),
            order.notice(),
            List.of(),
            0,
            rejected.reason());
    fresh.add(placed);
    return Fanned.of(placed, List.of(message.sender()), List.of());
  }

  private Fanned placeNotice(
      SessionChanged change,
      @Nullable StoredMessage before,
      Map<SessionId, SessionOrder> held,
      List<NewMessage> fresh) {
    SessionOrder order = orderOf(change.after().id(), held);
    long seq = before == null ? order.nextSeq() : before.seq();
    order.changed(seq, change.after().version(), change.after().members());
    NewMessage notice =
        new NewMessage(
            ChangeNotice.id(change),
            change.after().id(),
            seq,
            change.actor(),
            null,
            ChangeNotice.content(change),
            null,
            0,
            before == null ? change.at() : before.createdAt(),
            order.notice(),
            change.after().members(),
            change.after().version(),
            null);
    if (before == null) {
      fresh.add(notice);
    }
    return Fanned.of(notice, ChangeNotice.receivers(change), ChangeNotice.leavers(change));
  }

  /** Unlike a message, it goes to whoever caused it as well: he may have other devices. */
  private Fanned placeChange(
      MessageChange change,
      Map<MessageId, StoredMessage> known,
      @Nullable StoredMessage before,
      Map<SessionId, SessionOrder> held,
      List<NewMessage> fresh) {
    StoredMessage changed = known.get(change.message());
    if (changed == null) {
      throw new IllegalStateException("fan-out: message " + change.message() + " is gone");
    }
    SessionOrder order = orderOf(change.session(), held);
    if (before != null) {
      return again(before, membersAt(before, order));
    }
    NewMessage notice =
        new NewMessage(
            MessageChangeNotice.id(change),
            change.session(),
            order.nextSeq(),
            change.actor(),
            null,
            MessageChangeNotice.content(change, changed, contents),
            null,
            0,
            change.at(),
            order.notice(),
            List.of(),
            0,
            null);
    fresh.add(notice);
    return Fanned.of(notice, order.members(), List.of());
  }

  /** A message that was stored before goes out again as it is: outboxes drop the copies. */
  private Fanned again(StoredMessage before, Map<SessionId, SessionOrder> held) {
    if (before.rejected()) {
      return again(before, List.of(before.sender()));
    }
    List<UserId> members = membersAt(before, orderOf(before.session(), held));
    return again(before, receivers(members, before.sender()));
  }

  private Fanned again(StoredMessage before, List<UserId> receivers) {
    return new Fanned(
        before.id(),
        before.session(),
        before.seq(),
        before.sender(),
        contents.fromJson(before.content().utf8()),
        before.expire(),
        before.createdAt(),
        receivers,
        List.of());
  }

  /**
   * Who the members were when {@code message} got its place.
   *
   * @param message one whose session is open
   */
  List<UserId> membersAt(StoredMessage message) {
    return membersAt(message, orderOf(message.session(), orders));
  }

  private List<UserId> membersAt(StoredMessage message, SessionOrder order) {
    if (message.notice() == order.notice()) {
      return order.members();
    }
    StoredMessage notice = noticeOf(message);
    return notice == null ? membersNow.now(message.session()) : notice.members();
  }

  private static SessionOrder orderOf(SessionId session, Map<SessionId, SessionOrder> held) {
    SessionOrder order = held.get(session);
    if (order == null) {
      throw new IllegalStateException("session " + session + " was not opened");
    }
    return order;
  }

  /** The one place that says who gets a message: all members but its sender. */
  static List<UserId> receivers(List<UserId> members, UserId sender) {
    return members.stream().filter(member -> !member.equals(sender)).toList();
  }
}
