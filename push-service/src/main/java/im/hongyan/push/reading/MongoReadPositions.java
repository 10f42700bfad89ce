package im.hongyan.push.reading;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;

import com.mongodb.client.MongoIterable;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.push.store.PushStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bson.Document;
import org.bson.conversions.Bson;

/**
 * Positions in the collection {@code messageread}, one document for each member, named after
 * session and user.
 */
final class MongoReadPositions implements ReadPositions {
  private static final BulkWriteOptions IN_ANY_ORDER = new BulkWriteOptions().ordered(false);
  private static final UpdateOptions OR_INSERT = new UpdateOptions().upsert(true);

  private final PushStore store;

  MongoReadPositions(PushStore store) {
    this.store = store;
  }

  @Override
  public void advance(Collection<ReadPosition> positions) {
    if (positions.isEmpty()) {
      return;
    }
    List<UpdateOneModel<Document>> updates =
        positions.stream().map(MongoReadPositions::update).toList();
    store.answer(() -> store.read().bulkWrite(updates, IN_ANY_ORDER));
  }

  private static UpdateOneModel<Document> update(ReadPosition position) {
    Bson change =
        Updates.combine(
            Updates.setOnInsert("session", position.session().value()),
            Updates.setOnInsert("user", position.user().value()),
            Updates.max("seq", position.seq()),
            Updates.max("joined", position.joined()),
            Updates.max("updatedAt", Instant.ofEpochMilli(position.updatedAt())));
    return new UpdateOneModel<>(
        eq("_id", name(position.session(), position.user())), change, OR_INSERT);
  }

  @Override
  public List<ReadPosition> of(SessionId session) {
    List<ReadPosition> positions = new ArrayList<>();
    read(eq("session", session.value()), positions::add);
    return positions;
  }

  @Override
  public List<ReadPosition> since(UserId user, long time, int limit) {
    List<ReadPosition> positions = new ArrayList<>();
    Bson moved = and(eq("user", user.value()), gte("updatedAt", Instant.ofEpochMilli(time)));
    read(store.read().find(moved).sort(Sorts.ascending("updatedAt")).limit(limit), positions::add);
    return positions;
  }

  @Override
  public Map<SessionId, ReadPosition> of(UserId user, Collection<SessionId> sessions) {
    Map<SessionId, ReadPosition> positions = new HashMap<>();
    if (!sessions.isEmpty()) {
      List<String> names = sessions.stream().map(session -> name(session, user)).toList();
      read(in("_id", names), position -> positions.put(position.session(), position));
    }
    return positions;
  }

  private void read(Bson filter, Consumer<ReadPosition> into) {
    read(store.read().find(filter), into);
  }

  private void read(MongoIterable<Document> query, Consumer<ReadPosition> into) {
    for (Document document : store.all(query)) {
      ReadPosition position;
      try {
        position =
            new ReadPosition(
                new SessionId(document.getString("session")),
                new UserId(document.getString("user")),
                document.get("seq", Number.class).longValue(),
                document.get("joined", Number.class).longValue(),
                document.getDate("updatedAt").toInstant().toEpochMilli());
      } catch (RuntimeException e) {
        store.unreadable(document, e);
        continue;
      }
      into.accept(position);
    }
  }

  /** Neither kind of id holds a slash. */
  private static String name(SessionId session, UserId user) {
    return session.value() + "/" + user.value();
  }
}
