package im.hongyan.session.store;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.or;
import static com.mongodb.client.model.Sorts.ascending;
import static com.mongodb.client.model.Sorts.descending;
import static com.mongodb.client.model.Sorts.orderBy;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.PushOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.result.UpdateResult;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.conversation.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The collection {@code session}, owned by this service. Every change is one update of one
 * document, which also holds the notice of it until that is told. Blocking: call from virtual
 * threads only. Where the database cannot be reached in time everything fails with UNAVAILABLE.
 */
public final class SessionStore {
  private static final String COLLECTION = "session";
  private static final PushOptions LAST_FEW = new PushOptions().slice(-50);

  /**
   * Every index of the service: a user's sessions as they are listed, his peers, what is untold.
   */
  private static final List<IndexModel> INDEXES =
      List.of(
          new IndexModel(
              Indexes.compoundIndex(
                  Indexes.ascending(SessionDocuments.MEMBERS),
                  Indexes.descending(SessionDocuments.UPDATED_AT),
                  Indexes.ascending(SessionDocuments.ID)),
              new IndexOptions().name("members_updatedAt_id")),
          new IndexModel(
              Indexes.ascending(SessionDocuments.KIND, SessionDocuments.MEMBERS),
              new IndexOptions().name("kind_members")),
          new IndexModel(
              Indexes.ascending(SessionDocuments.PENDING + "." + SessionDocuments.VERSION),
              new IndexOptions().name("pending")));

  private final MongoCollection<Document> sessions;
  private final Duration timeout;

  /** A store in {@code database}; no call takes longer than {@code timeout}. */
  public SessionStore(MongoDatabase database, Duration timeout) {
    // Who is a member must not differ after a change of the primary from what has been told.
    this.sessions =
        database
            .getCollection(COLLECTION)
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
            .withReadConcern(ReadConcern.MAJORITY)
            .withReadPreference(ReadPreference.primary());
    this.timeout = timeout;
  }

  /** Makes the indexes that are missing. */
  public void createIndexes() {
    awaitAny(Flux.from(sessions.createIndexes(INDEXES)).then());
  }

  /** The session, invalid ones included. */
  public Optional<StoredSession> find(SessionId id) {
    return Optional.ofNullable(
            awaitAny(Mono.from(sessions.find(eq(SessionDocuments.ID, id.value())).first())))
        .map(SessionDocuments::read);
  }

  /**
   * Stores a new session together with its notice.
   *
   * @return false where there already is one of this id
   */
  public boolean insert(Outcome.Changed created) {
    try {
      await(Mono.from(sessions.insertOne(SessionDocuments.inserted(created))));
      return true;
    } catch (MongoWriteException e) {
      if (e.getError().getCategory() == ErrorCategory.DUPLICATE_KEY) {
        return false;
      }
      throw unavailable(e);
    }
  }

  /**
   * Stores a change together with its notice.
   *
   * @return false where another change came first: read again, decide again
   */
  public boolean replace(Outcome.Changed changed) {
    Conversation session = changed.session();
    Bson previous =
        and(
            eq(SessionDocuments.ID, session.id().value()),
            eq(SessionDocuments.VERSION, session.version() - 1));
    List<Bson> changes = new ArrayList<>();
    changes.add(new Document("$set", SessionDocuments.set(session)));
    changes.add(Updates.push(SessionDocuments.PENDING, SessionDocuments.pending(changed)));
    SessionDocuments.left(changed)
        .map(note -> Updates.pushEach(SessionDocuments.LEFT, List.of(note), LAST_FEW))
        .ifPresent(changes::add);
    return update(previous, Updates.combine(changes));
  }

  /** Forgets the notices of a session up to a version: they are in the stream. */
  public void told(SessionId id, long upToVersion) {
    Bson unchangedSince =
        and(eq(SessionDocuments.ID, id.value()), lte(SessionDocuments.VERSION, upToVersion));
    if (update(unchangedSince, Updates.unset(SessionDocuments.PENDING))) {
      return;
    }
    update(
        eq(SessionDocuments.ID, id.value()),
        Updates.pull(
            SessionDocuments.PENDING,
            new Document(SessionDocuments.VERSION, new Document("$lte", upToVersion))));
  }

  /** Sessions with notices that may not have reached the stream, at most {@code limit}. */
  public List<SessionId> untold(int limit) {
    return await(
            Flux.from(
                    sessions
                        .find(gt(SessionDocuments.PENDING + "." + SessionDocuments.VERSION, 0L))
                        .projection(Projections.include(SessionDocuments.ID))
                        .limit(limit))
                .map(document -> new SessionId(document.getString(SessionDocuments.ID)))
                .collectList())
        .stream()
        .toList();
  }

  /**
   * A member wants no offline pushes from the session, or wants them again. Nobody else is told.
   */
  public void mute(SessionId id, UserId member, boolean muted) {
    update(
        eq(SessionDocuments.ID, id.value()),
        muted
            ? Updates.addToSet(SessionDocuments.MUTED, member.value())
            : Updates.pull(SessionDocuments.MUTED, member.value()));
  }

  /**
   * A user's sessions, newest change first.
   *
   * @param after {@code next} of the page before; null for the first page
   * @throws HongyanException BAD_REQUEST where {@code after} is no such thing
   */
  public SessionPage list(UserId member, @Nullable String after, int limit) {
    Bson his = eq(SessionDocuments.MEMBERS, member.value());
    List<Document> found =
        await(
            Flux.from(
                    sessions
                        .find(after == null ? his : and(his, behind(PageStart.parse(after))))
                        .projection(Projections.exclude(SessionDocuments.PENDING))
                        .sort(
                            orderBy(
                                descending(SessionDocuments.UPDATED_AT),
                                ascending(SessionDocuments.ID)))
                        .limit(limit + 1))
                .collectList());
    List<Document> page = found.subList(0, Math.min(found.size(), limit));
    List<Conversation> sessions = page.stream().map(SessionDocuments::session).toList();
    Set<SessionId> muted =
        page.stream()
            .filter(document -> SessionDocuments.muted(document).contains(member))
            .map(document -> new SessionId(document.getString(SessionDocuments.ID)))
            .collect(Collectors.toSet());
    String next = found.size() <= limit ? null : PageStart.after(sessions.getLast()).toString();
    return new SessionPage(sessions, muted, next);
  }

  /** Those with whom each of some users has a single session. */
  public Map<UserId, Set<UserId>> peers(Set<UserId> users) {
    List<String> names = users.stream().map(UserId::value).toList();
    List<Document> found =
        await(
            Flux.from(
                    sessions
                        .find(
                            and(
                                eq(SessionDocuments.KIND, SessionKind.SINGLE.wireName()),
                                in(SessionDocuments.MEMBERS, names)))
                        .projection(Projections.include(SessionDocuments.MEMBERS)))
                .collectList());
    Map<UserId, Set<UserId>> peers = new HashMap<>();
    for (Document document : found) {
      List<UserId> members = SessionDocuments.members(document);
      for (UserId user : members) {
        if (users.contains(user)) {
          Set<UserId> ofUser = peers.computeIfAbsent(user, key -> new HashSet<>());
          members.stream().filter(other -> !other.equals(user)).forEach(ofUser::add);
        }
      }
    }
    return peers;
  }

  private static Bson behind(PageStart start) {
    Instant at = Instant.ofEpochMilli(start.updatedAt());
    return and(
        lte(SessionDocuments.UPDATED_AT, at),
        or(lt(SessionDocuments.UPDATED_AT, at), gt(SessionDocuments.ID, start.id().value())));
  }

  private boolean update(Bson filter, Bson change) {
    UpdateResult result = await(Mono.from(sessions.updateOne(filter, change)));
    return result.getMatchedCount() > 0;
  }

  private <T> T await(Mono<T> answer) {
    T value = awaitAny(answer);
    if (value == null) {
      throw new IllegalStateException("the database has answered with nothing");
    }
    return value;
  }

  private <T> @Nullable T awaitAny(Mono<T> answer) {
    try {
      return answer.block(timeout);
    } catch (MongoWriteException e) {
      throw e;
    } catch (MongoException e) {
      throw unavailable(e);
    } catch (IllegalStateException e) {
      throw HongyanException.unavailable(
          "the database has not answered within %s".formatted(timeout), e);
    }
  }

  private static HongyanException unavailable(MongoException e) {
    return HongyanException.unavailable("the database cannot be reached", e);
  }
}
