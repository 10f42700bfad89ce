package im.hongyan.session.commands;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.ClientMessage.SessionAddUser;
import im.hongyan.model.wire.ClientMessage.SessionCreate;
import im.hongyan.model.wire.ClientMessage.SessionExit;
import im.hongyan.model.wire.ClientMessage.SessionList;
import im.hongyan.model.wire.ClientMessage.SessionRemoveUser;
import im.hongyan.model.wire.ClientMessage.SessionUpdate;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.conversation.Outcome;
import im.hongyan.session.notices.Teller;
import im.hongyan.session.store.SessionPage;
import im.hongyan.session.store.SessionStore;
import im.hongyan.session.store.StoredSession;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what clients ask. A request is answered once its change is stored and the stream has
 * confirmed the notice of it: whoever was answered and then writes to the session reaches those
 * whom he has just invited. Where the broker is down the answer is UNAVAILABLE; the change may be
 * stored, is then told as soon as the broker is back, and the same request may be sent again: it
 * finds its change done and only waits for the notice.
 */
final class Sessions {
  /** Each try that fails means that another change of the session went through. */
  private static final int MAX_TRIES = 100;

  /** While the broker is down a session takes so many changes and then refuses more. */
  private static final int MAX_UNTOLD = 16;

  private static final int DEFAULT_PAGE = 50;

  /** How long after a request the same one counts as that request sent again. */
  private static final Duration SAME_REQUEST = Duration.ofMinutes(10);

  private final SessionStore store;
  private final Teller teller;
  private final SessionIds ids;
  private final Clock clock;
  private final int maxMembers;

  Sessions(SessionStore store, Teller teller, SessionIds ids, Clock clock, int maxMembers) {
    this.store = store;
    this.teller = teller;
    this.ids = ids;
    this.clock = clock;
    this.maxMembers = maxMembers;
  }

  /**
   * Does what {@code sender} asks.
   *
   * @return the sessions in question
   * @throws HongyanException where it is refused or cannot be done now
   */
  SessionPage run(UserId sender, Request request) {
    ClientMessage message = request.message();
    return switch (message) {
      case SessionCreate create -> only(create(sender, create, groupName(sender, request, create)));
      case SessionAddUser add ->
          only(
              change(
                  add.session(),
                  session -> session.add(sender, add.members(), maxMembers, clock.millis())));
      case SessionRemoveUser remove ->
          only(
              leave(
                  remove.session(),
                  sender,
                  remove.members(),
                  session -> session.remove(sender, remove.members(), clock.millis())));
      case SessionExit exit ->
          only(
              leave(
                  exit.session(),
                  sender,
                  List.of(sender),
                  session -> session.exit(sender, clock.millis())));
      case SessionUpdate update -> only(update(sender, update));
      case SessionList list ->
          store.list(sender, list.after(), list.limit() == null ? DEFAULT_PAGE : list.limit());
      default ->
          throw HongyanException.badRequest(
              "type: %s (expected: a session message)", message.type());
    };
  }

  /** The session, invalid ones included. */
  Optional<Conversation> find(SessionId id) {
    return store.find(id).map(StoredSession::session);
  }

  /**
   * The session for one of its members.
   *
   * @throws HongyanException NOT_FOUND where there is none or it has ended, FORBIDDEN to strangers
   */
  SessionPage shownTo(UserId user, SessionId id) {
    StoredSession stored =
        store.find(id).filter(one -> one.session().valid()).orElseThrow(() -> unknown(id));
    stored.session().checkMember(user);
    return new SessionPage(
        List.of(stored.session()), stored.muted().contains(user) ? Set.of(id) : Set.of(), null);
  }

  private Conversation create(UserId creator, SessionCreate wanted, @Nullable SessionId groupId) {
    SessionKind kind = Conversation.kindOf(creator, wanted.members(), wanted.kind(), maxMembers);
    return switch (kind) {
      case SINGLE -> {
        UserId other =
            wanted.members().stream()
                .filter(user -> !user.equals(creator))
                .findFirst()
                .orElseThrow();
        yield single(creator, other, wanted.name());
      }
      case GROUP -> group(creator, wanted, groupId);
    };
  }

  private Conversation single(UserId creator, UserId other, @Nullable String name) {
    SessionId id = SessionId.ofPair(creator, other);
    Outcome.Changed created =
        Conversation.create(id, SessionKind.SINGLE, creator, List.of(other), name, clock.millis());
    if (store.find(id).isEmpty() && store.insert(created)) {
      teller.tell(id);
      return created.session();
    }
    return change(id, session -> session.reopen(creator, other, clock.millis()));
  }

  private Conversation group(UserId creator, SessionCreate wanted, @Nullable SessionId named) {
    if (named != null) {
      Optional<Conversation> made = insertGroup(named, creator, wanted);
      if (made.isPresent()) {
        return made.get();
      }
      Optional<Conversation> earlier = find(named).filter(session -> isRecent(session, creator));
      if (earlier.isPresent()) {
        teller.tell(named);
        return earlier.get();
      }
    }
    return insertGroup(ids.next(), creator, wanted)
        .orElseThrow(() -> HongyanException.unavailable("the name of the group is taken", null));
  }

  private Optional<Conversation> insertGroup(SessionId id, UserId creator, SessionCreate wanted) {
    Outcome.Changed created =
        Conversation.create(
            id, SessionKind.GROUP, creator, wanted.members(), wanted.name(), clock.millis());
    if (!store.insert(created)) {
      return Optional.empty();
    }
    teller.tell(id);
    return Optional.of(created.session());
  }

  private boolean isRecent(Conversation session, UserId creator) {
    return session.members().contains(creator)
        && clock.millis() - session.createdAt() < SAME_REQUEST.toMillis();
  }

  /** A request with an id names its group, so that the same request sent again finds it. */
  private static @Nullable SessionId groupName(
      UserId creator, Request request, SessionCreate wanted) {
    String requestId = request.header().requestId();
    return requestId == null || requestId.isEmpty()
        ? null
        : SessionId.ofRequest(
            creator,
            request.header().device(),
            requestId,
            wanted.kind() == null ? null : wanted.kind().wireName(),
            wanted.name(),
            wanted.members());
  }

  private Conversation update(UserId sender, SessionUpdate wanted) {
    Conversation session =
        change(wanted.session(), before -> before.update(sender, wanted, clock.millis()));
    if (wanted.muted() != null) {
      store.mute(wanted.session(), sender, wanted.muted());
    }
    return session;
  }

  /**
   * Somebody asks that {@code leavers} be in the session no longer. Whoever has left himself is a
   * stranger to the rules when he sends his request again, because its answer was UNAVAILABLE or
   * was lost on the way; he is told that it is done, and no more of the session than that.
   */
  private Conversation leave(
      SessionId id, UserId sender, List<UserId> leavers, Function<Conversation, Outcome> rule) {
    try {
      return change(id, rule);
    } catch (HongyanException refusal) {
      boolean stranger =
          refusal.code() == ErrorCode.FORBIDDEN || refusal.code() == ErrorCode.CONFLICT;
      if (!stranger || !leavers.contains(sender)) {
        throw refusal;
      }
      StoredSession stored = store.find(id).orElseThrow(() -> refusal);
      boolean done = leavers.stream().noneMatch(stored.session().members()::contains);
      if (!done || !stored.wasLeftBy(sender, clock.millis() - SAME_REQUEST.toMillis())) {
        throw refusal;
      }
      if (!stored.untold().isEmpty()) {
        teller.tell(id);
      }
      return stored.session().fromOutside();
    }
  }

  private Conversation change(SessionId id, Function<Conversation, Outcome> rule) {
    for (int tries = 0; tries < MAX_TRIES; tries++) {
      StoredSession stored = store.find(id).orElseThrow(() -> unknown(id));
      if (stored.untold().size() >= MAX_UNTOLD) {
        teller.tell(id);
        continue;
      }
      switch (rule.apply(stored.session())) {
        case Outcome.Unchanged unchanged -> {
          if (!stored.untold().isEmpty()) {
            teller.tell(id);
          }
          return unchanged.session();
        }
        case Outcome.Changed changed -> {
          if (store.replace(changed)) {
            teller.tell(id);
            return changed.session();
          }
        }
      }
    }
    throw HongyanException.unavailable("too many others change the session just now", null);
  }

  private static SessionPage only(Conversation session) {
    return new SessionPage(List.of(session), Set.of(), null);
  }

  private static HongyanException unknown(SessionId id) {
    return HongyanException.notFound("session: %s (expected: an existing session)", id);
  }
}
