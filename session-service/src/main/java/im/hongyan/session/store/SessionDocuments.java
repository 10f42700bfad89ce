package im.hongyan.session.store;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.conversation.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.bson.Document;
import org.jspecify.annotations.Nullable;

/** Sessions as documents and back. */
final class SessionDocuments {
  static final String ID = "_id";
  static final String MEMBERS = "members";
  static final String KIND = "kind";
  static final String VERSION = "version";
  static final String UPDATED_AT = "updatedAt";
  static final String MUTED = "muted";
  static final String PENDING = "pending";

  /** Who left of his own accord, the last few. */
  static final String LEFT = "left";

  private static final String USER = "user";
  private static final String AT = "at";

  private static final String CREATOR = "creator";
  private static final String OWNER = "owner";
  private static final String ADMINS = "admins";
  private static final String INVITED_BY = "invitedBy";

  private static final String NAME = "name";
  private static final String AVATAR = "avatar";
  private static final String STATUS = "status";
  private static final String CREATED_AT = "createdAt";

  private SessionDocuments() {}

  /** A new session's document, its notice in it. */
  static Document inserted(Outcome.Changed created) {
    Conversation session = created.session();
    return new Document(ID, session.id().value())
        .append(CREATOR, session.creator().value())
        .append(KIND, session.kind().wireName())
        .append(CREATED_AT, Instant.ofEpochMilli(session.createdAt()))
        .append(PENDING, List.of(pending(created)))
        .append(INVITED_BY, invitedBy(session))
        .append(VERSION, session.version())
        .append(UPDATED_AT, Instant.ofEpochMilli(session.updatedAt()))
        .append(OWNER, text(session.owner()))
        .append(MEMBERS, texts(session.members()))
        .append(ADMINS, texts(session.admins()))
        .append(NAME, session.name())
        .append(AVATAR, session.avatar())
        .append(STATUS, session.view().status());
  }

  /** What of a document a change sets. */
  static Document set(Conversation session) {
    return changeable(session)
        .append(INVITED_BY, invitedBy(session))
        .append(VERSION, session.version())
        .append(UPDATED_AT, Instant.ofEpochMilli(session.updatedAt()));
  }

  /** A notice, with the session as it was after its change: later changes may overtake it. */
  static Document pending(Outcome.Changed changed) {
    Conversation session = changed.session();
    return new Document(VERSION, session.version())
        .append("change", changed.change())
        .append("actor", changed.actor().value())
        .append("added", texts(changed.added()))
        .append("removed", texts(changed.removed()))
        .append(AT, Instant.ofEpochMilli(session.updatedAt()))
        .append("after", changeable(session));
  }

  /** The note that an actor has left; empty where he has not. */
  static Optional<Document> left(Outcome.Changed changed) {
    return changed.removed().contains(changed.actor())
        ? Optional.of(
            new Document(USER, changed.actor().value())
                .append(AT, Instant.ofEpochMilli(changed.session().updatedAt())))
        : Optional.empty();
  }

  static StoredSession read(Document document) {
    Conversation session = session(document);
    List<SessionChanged> untold = new ArrayList<>();
    for (Document notice : documents(document, PENDING)) {
      untold.add(notice(session, notice));
    }
    untold.sort(Comparator.comparingLong(event -> event.after().version()));
    List<Departure> left =
        documents(document, LEFT).stream()
            .map(note -> new Departure(new UserId(note.getString(USER)), millis(note, AT)))
            .toList();
    return new StoredSession(session, untold, left, muted(document));
  }

  /** Who is in it. */
  static List<UserId> members(Document document) {
    return users(document, MEMBERS);
  }

  /** Who wants no offline pushes. */
  static Set<UserId> muted(Document document) {
    return Set.copyOf(users(document, MUTED));
  }

  static Conversation session(Document document) {
    Map<UserId, UserId> invitedBy = new LinkedHashMap<>();
    for (Document invitation : documents(document, INVITED_BY)) {
      invitedBy.put(
          new UserId(invitation.getString("member")), new UserId(invitation.getString("by")));
    }
    return new Conversation(
        new SessionId(document.getString(ID)),
        SessionKind.of(document.getString(KIND)),
        new UserId(document.getString(CREATOR)),
        user(document, OWNER),
        users(document, MEMBERS),
        users(document, ADMINS),
        invitedBy,
        document.getString(NAME),
        document.getString(AVATAR),
        number(document, VERSION),
        millis(document, CREATED_AT),
        millis(document, UPDATED_AT));
  }

  private static SessionChanged notice(Conversation session, Document notice) {
    Document after = notice.get("after", Document.class);
    long at = millis(notice, AT);
    SessionView view =
        new SessionView(
            session.id(),
            session.creator(),
            user(after, OWNER),
            users(after, MEMBERS),
            users(after, ADMINS),
            session.kind(),
            after.getString(NAME),
            after.getString(AVATAR),
            after.getString(STATUS),
            number(notice, VERSION),
            session.createdAt(),
            at,
            null);
    return new SessionChanged(
        view,
        notice.getString("change"),
        new UserId(notice.getString("actor")),
        users(notice, "added"),
        users(notice, "removed"),
        at);
  }

  private static Document changeable(Conversation session) {
    return new Document(OWNER, text(session.owner()))
        .append(MEMBERS, texts(session.members()))
        .append(ADMINS, texts(session.admins()))
        .append(NAME, session.name())
        .append(AVATAR, session.avatar())
        .append(STATUS, session.view().status());
  }

  /** A list and not a document of its own: a user id may hold dots, a field name may not. */
  private static List<Document> invitedBy(Conversation session) {
    List<Document> invitations = new ArrayList<>();
    for (UserId member : session.members()) {
      UserId by = session.invitedBy().get(member);
      if (by != null) {
        invitations.add(new Document("member", member.value()).append("by", by.value()));
      }
    }
    return invitations;
  }

  private static @Nullable String text(@Nullable UserId user) {
    return user == null ? null : user.value();
  }

  private static List<String> texts(List<UserId> users) {
    return users.stream().map(UserId::value).toList();
  }

  private static @Nullable UserId user(Document document, String field) {
    String value = document.getString(field);
    return value == null ? null : new UserId(value);
  }

  private static List<UserId> users(Document document, String field) {
    return document.getList(field, String.class, List.of()).stream().map(UserId::new).toList();
  }

  private static List<Document> documents(Document document, String field) {
    return document.getList(field, Document.class, List.of());
  }

  private static long millis(Document document, String field) {
    return document.getDate(field).toInstant().toEpochMilli();
  }

  private static long number(Document document, String field) {
    return document.get(field, Number.class).longValue();
  }
}
