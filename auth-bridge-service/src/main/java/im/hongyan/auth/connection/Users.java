package im.hongyan.auth.connection;

import com.mongodb.ErrorCategory;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.Projections;
import com.mongodb.client.model.PushOptions;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import com.mongodb.client.result.UpdateResult;
import com.mongodb.reactivestreams.client.MongoCollection;
import im.hongyan.auth.usersystem.Owner;
import im.hongyan.auth.usersystem.TokenHash;
import im.hongyan.model.DeviceId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.Topics;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.UserStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Date;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The {@code user} collection. Every change is one atomic update of one document, so that devices
 * of a user may race. A user is online exactly while he has a connection, as soon as the change
 * that ended or began it is complete. Blocks: call from virtual threads. A store that is down is
 * UNAVAILABLE.
 *
 * <p>Whatever begins or ends a connection counts the document's {@code turn} up and leaves a mark
 * in {@code untold}, both with the same update: the mark goes when the stream has been told how
 * things are in that very turn. A mark that stays is one that somebody died over.
 */
class Users {
  static final String COLLECTION = "user";

  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final int MAX_RACES = 10;
  private static final String ID = "_id";
  private static final String STATUS = "status";
  private static final String CONNECTIONS = "connections";
  private static final String LAST_ACTIVE_AT = "lastActiveAt";

  /** One mark is enough to have it told; while the stream is down they must not grow for ever. */
  private static final PushOptions LAST_FEW = new PushOptions().slice(-50);

  private static final String TOKEN = "token";
  private static final String TOKEN_AT = "tokenAt";
  private static final String TOKEN_END = "tokenEnd";
  private static final String TURN = "turn";
  private static final String UNTOLD = "untold";
  private static final String SINCE = "since";
  private static final String OFFLINE = UserStatus.OFFLINE.wireName();
  private static final String ONLINE = UserStatus.ONLINE.wireName();
  private static final String ONE_CONNECTION = CONNECTIONS + ".0";

  private final MongoCollection<Document> users;
  private final int maxPerUser;

  Users(MongoCollection<Document> users, int maxPerUser) {
    // Who is there must not differ after a change of the primary from what has been told.
    this.users =
        users
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
            .withReadConcern(ReadConcern.MAJORITY)
            .withReadPreference(ReadPreference.primary());
    this.maxPerUser = maxPerUser;
  }

  /** All indexes of the collection. */
  void createIndexes() {
    await(
        users.createIndex(
            Indexes.ascending(CONNECTIONS + "." + LAST_ACTIVE_AT),
            new IndexOptions().name("silent")));
    await(
        users.createIndex(
            Indexes.ascending(CONNECTIONS + "." + TOKEN), new IndexOptions().name("token")));
    await(
        users.createIndex(
            Indexes.ascending(UNTOLD + "." + SINCE), new IndexOptions().name("untold")));
  }

  /**
   * Registers a connection; an earlier one of the same device gives way. What is to be told of it
   * is marked with the connection's id.
   */
  void connect(UserId user, Connection connection) {
    for (int race = 0; race < MAX_RACES; race++) {
      if (replace(user, connection) || add(user, connection)) {
        onlineIfConnected(user);
        return;
      }
    }
    throw HongyanException.unavailable("too many devices connect at once; try again", null);
  }

  /** Makes a user online who has a connection: whoever has registered it may have died over it. */
  void onlineIfConnected(UserId user) {
    await(
        users.updateOne(
            Filters.and(byId(user), Filters.eq(STATUS, OFFLINE), isConnected()),
            Updates.set(STATUS, ONLINE)));
  }

  private boolean replace(UserId user, Connection connection) {
    UpdateResult result =
        await(
            users.updateOne(
                Filters.and(
                    byId(user), Filters.eq(CONNECTIONS + ".device", connection.device().value())),
                Updates.combine(
                    Updates.set(CONNECTIONS + ".$", toDocument(connection)),
                    marked(connection.id(), connection.connectedAt()),
                    seen(connection.connectedAt()),
                    loggedIn(connection.connectedAt()))));
    return result.getMatchedCount() > 0;
  }

  /** False where another thread was faster with the same device or the same new user. */
  private boolean add(UserId user, Connection connection) {
    String tooMany = CONNECTIONS + "." + (maxPerUser - 1);
    try {
      await(
          users.updateOne(
              Filters.and(
                  byId(user),
                  Filters.ne(CONNECTIONS + ".device", connection.device().value()),
                  Filters.exists(tooMany, false)),
              Updates.combine(
                  Updates.push(CONNECTIONS, toDocument(connection)),
                  marked(connection.id(), connection.connectedAt()),
                  seen(connection.connectedAt()),
                  loggedIn(connection.connectedAt()),
                  Updates.setOnInsert(STATUS, ONLINE),
                  Updates.setOnInsert("msgTopic", Topics.toClient(user)),
                  Updates.setOnInsert("videoPushUrl", null),
                  Updates.setOnInsert("audioPushUrl", null)),
              new UpdateOptions().upsert(true)));
      return true;
    } catch (MongoWriteException e) {
      if (e.getError().getCategory() != ErrorCategory.DUPLICATE_KEY) {
        throw e;
      }
    }
    int count = connections(user).size();
    if (count >= maxPerUser) {
      throw HongyanException.conflict(
          "device: the user has %d connections (expected: at most %d; log one out first)",
          count, maxPerUser);
    }
    return false;
  }

  /** The user's connections, oldest first; none where he was never here. */
  List<Connection> connections(UserId user) {
    return connections(List.of(user)).getOrDefault(user, List.of());
  }

  /** The connections of some users, of each oldest first; who was never here is not in it. */
  Map<UserId, List<Connection>> connections(Collection<UserId> some) {
    List<String> ids = some.stream().map(UserId::value).toList();
    List<Document> found =
        await(
            Flux.from(users.find(Filters.in(ID, ids)).projection(Projections.include(CONNECTIONS)))
                .collectList());
    Map<UserId, List<Connection>> connections = HashMap.newHashMap(found.size());
    for (Document user : found) {
      List<Document> stored = user.getList(CONNECTIONS, Document.class, List.of());
      connections.put(
          new UserId(user.getString(ID)), stored.stream().map(Users::toConnection).toList());
    }
    return connections;
  }

  /** A connection that is alive. */
  record Alive(UserId user, String connection) {}

  /** Notes that connections are alive; returns how many of them are there. */
  int touch(List<Alive> alive, Instant at) {
    if (alive.isEmpty()) {
      return 0;
    }
    List<UpdateOneModel<Document>> writes =
        alive.stream()
            .map(
                one ->
                    new UpdateOneModel<Document>(
                        Filters.and(
                            byId(one.user()), Filters.eq(CONNECTIONS + ".id", one.connection())),
                        Updates.combine(
                            Updates.max(CONNECTIONS + ".$." + LAST_ACTIVE_AT, Date.from(at)),
                            seen(at))))
            .toList();
    return await(users.bulkWrite(writes, new BulkWriteOptions().ordered(false))).getMatchedCount();
  }

  /** Replaces what is kept of a connection's token. */
  void retoken(UserId user, String connection, ShownToken token, Instant at) {
    await(
        users.updateOne(
            Filters.and(byId(user), Filters.eq(CONNECTIONS + ".id", connection)),
            Updates.combine(
                Updates.set(CONNECTIONS + ".$." + TOKEN, token.hash().hex()),
                Updates.set(CONNECTIONS + ".$." + TOKEN_AT, Date.from(token.acceptedAt())),
                Updates.set(CONNECTIONS + ".$." + TOKEN_END, date(token.end())),
                Updates.max(CONNECTIONS + ".$." + LAST_ACTIVE_AT, Date.from(at)),
                seen(at))));
  }

  /** Who has a connection that has shown this token. */
  Optional<Owner> ownerOf(TokenHash token) {
    return awaitOptional(users.find(Filters.eq(CONNECTIONS + "." + TOKEN, token.hex())).first())
        .flatMap(
            found ->
                found.getList(CONNECTIONS, Document.class, List.of()).stream()
                    .map(Users::toConnection)
                    .map(Connection::token)
                    .filter(Objects::nonNull)
                    .filter(shown -> shown.hash().equals(token))
                    .max(Comparator.comparing(ShownToken::acceptedAt))
                    .map(
                        shown ->
                            new Owner(
                                new UserId(found.getString(ID)), shown.acceptedAt(), shown.end())));
  }

  /** No connection has shown this token any more. */
  void forget(TokenHash token) {
    Bson shown = Filters.eq(CONNECTIONS + "." + TOKEN, token.hex());
    await(
        users.updateMany(
            shown,
            Updates.set(CONNECTIONS + ".$[one]." + TOKEN, null),
            new UpdateOptions().arrayFilters(List.of(Filters.eq("one." + TOKEN, token.hex())))));
  }

  /** What a user says of himself; false where he has no connection. */
  boolean setStatus(UserId user, UserStatus status) {
    return await(
                users.updateOne(
                    Filters.and(byId(user), isConnected()), Updates.set(STATUS, status.wireName())))
            .getMatchedCount()
        > 0;
  }

  /** Removes connections, with a mark of that; whether one of them was there. */
  boolean remove(UserId user, Collection<String> connections, String mark, Instant at) {
    return pull(user, Filters.in("id", connections), mark, at);
  }

  /** Removes those of some connections that were last heard of before {@code deadline}. */
  boolean removeSilent(
      UserId user, Collection<String> connections, Instant deadline, String mark, Instant at) {
    return pull(
        user,
        Filters.and(Filters.in("id", connections), Filters.lt(LAST_ACTIVE_AT, Date.from(deadline))),
        mark,
        at);
  }

  private boolean pull(UserId user, Bson which, String mark, Instant at) {
    return await(
                users.updateOne(
                    Filters.and(byId(user), Filters.elemMatch(CONNECTIONS, which)),
                    Updates.combine(
                        Updates.pullByFilter(Filters.eq(CONNECTIONS, which)), marked(mark, at))))
            .getMatchedCount()
        > 0;
  }

  private static Bson marked(String mark, Instant at) {
    return Updates.combine(
        Updates.inc(TURN, 1L),
        Updates.pushEach(
            UNTOLD, List.of(new Document("mark", mark).append(SINCE, Date.from(at))), LAST_FEW));
  }

  /**
   * How things are with a user.
   *
   * @param turn tells it from how they were before
   * @param connected whether he has a connection
   * @param status what he says of himself; offline where he has none
   * @param untold what the stream may not have been told of
   */
  record State(long turn, boolean connected, UserStatus status, List<Mark> untold) {}

  /** A mark of a change that may not have been told. */
  record Mark(String id, Instant since) {}

  /** How things are with a user; empty where he was never here. */
  Optional<State> state(UserId user) {
    return awaitOptional(
            users
                .find(byId(user))
                .projection(Projections.include(TURN, UNTOLD, STATUS, CONNECTIONS + ".id"))
                .first())
        .map(
            found -> {
              boolean connected = !found.getList(CONNECTIONS, Document.class, List.of()).isEmpty();
              return new State(
                  found.get(TURN, 0L),
                  connected,
                  connected ? statusOf(found) : UserStatus.OFFLINE,
                  found.getList(UNTOLD, Document.class, List.of()).stream()
                      .map(one -> new Mark(one.getString("mark"), one.getDate(SINCE).toInstant()))
                      .toList());
            });
  }

  /**
   * Takes marks away: the stream has been told of a state, or need not be. Who has no connection
   * becomes offline with that.
   *
   * @return false where the state is no longer what it was; the marks stay
   */
  boolean settle(UserId user, State told, Collection<String> marks) {
    Bson without = Updates.pullByFilter(Filters.eq(UNTOLD, Filters.in("mark", marks)));
    return await(
                users.updateOne(
                    Filters.and(byId(user), Filters.eq(TURN, told.turn())),
                    told.connected()
                        ? without
                        : Updates.combine(without, Updates.set(STATUS, OFFLINE))))
            .getMatchedCount()
        > 0;
  }

  /** Some users of whom something has not been told since before {@code deadline}. */
  List<UserId> untold(Instant deadline, int limit) {
    return ids(
        users
            .find(Filters.lt(UNTOLD + "." + SINCE, Date.from(deadline)))
            .projection(onlyId())
            .limit(limit));
  }

  /** Some users with a connection that was last heard of before {@code deadline}. */
  List<UserId> withSilentConnections(Instant deadline, int limit) {
    return ids(
        users
            .find(Filters.lt(CONNECTIONS + "." + LAST_ACTIVE_AT, Date.from(deadline)))
            .projection(onlyId())
            .limit(limit));
  }

  /** What those among {@code asked} who have a connection say of themselves: online or busy. */
  Map<UserId, UserStatus> statuses(Collection<UserId> asked) {
    List<String> names = asked.stream().map(UserId::value).distinct().toList();
    Map<UserId, UserStatus> statuses = new LinkedHashMap<>();
    for (Document user :
        all(
            users
                .find(Filters.and(Filters.in(ID, names), isConnected()))
                .projection(Projections.include(STATUS)))) {
      statuses.put(new UserId(user.getString(ID)), statusOf(user));
    }
    return statuses;
  }

  /** Notes who has been heard of; nothing moves back. */
  void active(List<Heard> heard) {
    List<WriteModel<Document>> writes = new ArrayList<>(2 * heard.size());
    for (Heard one : heard) {
      Date at = Date.from(one.at());
      if (one.device() == null) {
        // Without a device it counts where there is no doubt which one it was.
        writes.add(
            new UpdateOneModel<>(
                Filters.and(byId(one.user()), Filters.size(CONNECTIONS, 1)),
                Updates.max(ONE_CONNECTION + "." + LAST_ACTIVE_AT, at)));
      } else {
        writes.add(
            new UpdateOneModel<>(
                Filters.and(
                    byId(one.user()), Filters.eq(CONNECTIONS + ".device", one.device().value())),
                Updates.max(CONNECTIONS + ".$." + LAST_ACTIVE_AT, at)));
      }
      writes.add(new UpdateOneModel<>(byId(one.user()), seen(one.at())));
    }
    if (!writes.isEmpty()) {
      await(users.bulkWrite(writes, new BulkWriteOptions().ordered(false)));
    }
  }

  /** Removes all connections by a transport. */
  void removeAll(String transport) {
    await(
        users.updateMany(
            Filters.eq(CONNECTIONS + ".transport", transport),
            Updates.pullByFilter(Filters.eq(CONNECTIONS, Filters.eq("transport", transport)))));
    await(
        users.updateMany(
            Filters.and(Filters.ne(STATUS, OFFLINE), Filters.exists(ONE_CONNECTION, false)),
            Updates.set(STATUS, OFFLINE)));
  }

  /**
   * Somebody who has been heard of.
   *
   * @param device with which device, where that is known
   */
  record Heard(UserId user, @Nullable DeviceId device, Instant at) {}

  private static Bson byId(UserId user) {
    return Filters.eq(ID, user.value());
  }

  /** Of one who has a connection. */
  private static UserStatus statusOf(Document user) {
    return UserStatus.BUSY.wireName().equals(user.getString(STATUS))
        ? UserStatus.BUSY
        : UserStatus.ONLINE;
  }

  private static Bson onlyId() {
    return Projections.include(ID);
  }

  private static Bson isConnected() {
    return Filters.exists(ONE_CONNECTION);
  }

  private static Bson seen(Instant at) {
    return Updates.max(LAST_ACTIVE_AT, Date.from(at));
  }

  private static Bson loggedIn(Instant at) {
    return Updates.max("lastLoginAt", Date.from(at));
  }

  private static @Nullable Date date(@Nullable Instant at) {
    return at == null ? null : Date.from(at);
  }

  private static Document toDocument(Connection connection) {
    ShownToken token = connection.token();
    return new Document("id", connection.id())
        .append("device", connection.device().value())
        .append("deviceType", connection.deviceType())
        .append("transport", connection.transport())
        .append("client", connection.client())
        .append(TOKEN, token == null ? null : token.hash().hex())
        .append(TOKEN_AT, token == null ? null : Date.from(token.acceptedAt()))
        .append(TOKEN_END, token == null ? null : date(token.end()))
        .append("connectedAt", Date.from(connection.connectedAt()))
        .append(LAST_ACTIVE_AT, Date.from(connection.lastActiveAt()));
  }

  private static Connection toConnection(Document stored) {
    String token = stored.getString(TOKEN);
    Date tokenAt = stored.getDate(TOKEN_AT);
    Date tokenEnd = stored.getDate(TOKEN_END);
    return new Connection(
        stored.getString("id"),
        new DeviceId(stored.getString("device")),
        stored.getString("deviceType"),
        stored.getString("transport"),
        stored.getString("client"),
        token == null || tokenAt == null
            ? null
            : new ShownToken(
                new TokenHash(token),
                tokenAt.toInstant(),
                tokenEnd == null ? null : tokenEnd.toInstant()),
        stored.getDate("connectedAt").toInstant(),
        stored.getDate(LAST_ACTIVE_AT).toInstant());
  }

  private static List<UserId> ids(Publisher<Document> found) {
    return all(found).stream().map(one -> new UserId(one.getString(ID))).toList();
  }

  private static List<Document> all(Publisher<Document> found) {
    try {
      List<Document> all = Flux.from(found).collectList().block(PATIENCE);
      return all == null ? List.of() : all;
    } catch (MongoException | IllegalStateException e) {
      throw down(e);
    }
  }

  private static <T> T await(Publisher<T> operation) {
    return awaitOptional(operation)
        .orElseThrow(() -> new IllegalStateException("the store answered nothing"));
  }

  private static <T> Optional<T> awaitOptional(Publisher<T> operation) {
    try {
      return Mono.from(operation).blockOptional(PATIENCE);
    } catch (MongoWriteException e) {
      throw e;
    } catch (MongoException | IllegalStateException e) {
      throw down(e);
    }
  }

  private static HongyanException down(RuntimeException e) {
    return HongyanException.unavailable("the store of users cannot be reached; try again", e);
  }
}
