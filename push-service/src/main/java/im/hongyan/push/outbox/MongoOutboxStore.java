package im.hongyan.push.outbox;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lte;
import static com.mongodb.client.model.Filters.ne;
import static com.mongodb.client.model.Filters.nin;

import com.mongodb.client.model.Projections;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.UpdateManyModel;
import com.mongodb.client.model.Updates;
import com.mongodb.client.model.WriteModel;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.push.store.PushStore;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.bson.Document;
import org.bson.conversions.Bson;

/** Entries in the collection {@code messagesend}; field names and status are the customer's. */
final class MongoOutboxStore implements OutboxStore {
  private static final int UNSENT = 0;
  private static final int DELIVERED = 1;
  private static final int FAILED = 2;
  private static final int LEFT = 3;
  private static final int EXPIRED = 4;
  private static final int RECALLED = 5;
  private static final List<Integer> OPEN = List.of(UNSENT, FAILED);

  /** Whoever has such an entry has not got its message, unless he polled it or it is on its way. */
  private static final List<Integer> NOT_HANDED_OUT = List.of(UNSENT, EXPIRED, RECALLED);

  private static final String CANCEL = "cancel";

  /** Whether an entry has been handed to somebody who polls; absent where not. */
  private static final String POLLED = "polled";

  /** When an entry expires, as long as it is open: then it is of no interest any more. */
  private static final String EXPIRES_AT = "expiresAt";

  private final PushStore store;
  private final InstantSource clock;
  private final int parallelReads;

  MongoOutboxStore(PushStore store, InstantSource clock, int parallelReads) {
    this.store = store;
    this.clock = clock;
    this.parallelReads = parallelReads;
  }

  @Override
  public Map<UserId, Long> lastSeq(Collection<UserId> receivers) {
    Map<UserId, Long> last = new HashMap<>();
    List<List<Document>> found =
        store.readEach(
            receivers,
            parallelReads,
            receiver ->
                store.all(
                    store
                        .entries()
                        .find(eq("receiver", receiver.value()))
                        .projection(only("receiver", "seq"))
                        .sort(Sorts.descending("seq"))
                        .limit(1)));
    for (List<Document> documents : found) {
      for (Document document : documents) {
        last.put(new UserId(document.getString("receiver")), number(document, "seq"));
      }
    }
    return last;
  }

  @Override
  public OptionalInt insert(List<NewEntry> entries) {
    Instant now = now();
    return store.insertUntilTaken(
        store.entries(), entries.stream().map(entry -> write(entry, now)).toList());
  }

  private static Document write(NewEntry entry, Instant now) {
    Document document =
        new Document("_id", entry.id().value())
            .append("recvId", entry.message().value())
            .append("session", entry.session().value())
            .append("receiver", entry.receiver().value())
            .append("seq", entry.seq())
            .append("status", UNSENT)
            .append("retry", 0)
            .append(CANCEL, false)
            .append("expire", entry.expire())
            .append("createdAt", Instant.ofEpochMilli(entry.createdAt()))
            .append("updatedAt", now);
    if (entry.expire() > 0) {
      long expiresAt = OutboxEntry.expiresAt(entry.createdAt(), entry.expire());
      document.append(EXPIRES_AT, Instant.ofEpochMilli(expiresAt));
    }
    return document;
  }

  @Override
  public Map<DeliveryId, StoredEntry> find(Collection<DeliveryId> ids) {
    Map<DeliveryId, StoredEntry> found = new HashMap<>();
    if (!ids.isEmpty()) {
      for (Document document : store.all(store.entries().find(in("_id", names(ids))))) {
        StoredEntry entry = read(document);
        found.put(entry.id(), entry);
      }
    }
    return found;
  }

  @Override
  public List<List<StoredEntry>> open(List<Range> ranges) {
    return store.readEach(ranges, parallelReads, this::open);
  }

  @Override
  public List<StoredEntry> open(Range range) {
    return store
        .all(
            store
                .entries()
                .find(
                    and(
                        in("status", OPEN),
                        eq("receiver", range.receiver().value()),
                        gt("seq", range.after())))
                .sort(Sorts.ascending("seq"))
                .limit(range.limit()))
        .stream()
        .map(this::read)
        .toList();
  }

  @Override
  public List<StoredEntry> kept(Range range) {
    return store
        .all(
            store
                .entries()
                .find(
                    and(
                        eq("receiver", range.receiver().value()),
                        gt("seq", range.after()),
                        nin("status", List.of(LEFT, EXPIRED))))
                .sort(Sorts.ascending("seq"))
                .limit(range.limit()))
        .stream()
        .map(this::read)
        .toList();
  }

  @Override
  public Set<UserId> haveOpen(Collection<UserId> receivers) {
    return receivers.isEmpty()
        ? Set.of()
        : receiversOf(
            store.all(
                store
                    .entries()
                    .find(and(in("status", OPEN), in("receiver", userNames(receivers))))
                    .projection(only("receiver"))));
  }

  @Override
  public void mark(Marks marks) {
    List<WriteModel<Document>> updates = new ArrayList<>();
    mark(marks.delivered(), OPEN, closed(DELIVERED), updates);
    marks
        .deliveredUpTo()
        .forEach(
            (receiver, seq) ->
                updates.add(
                    new UpdateManyModel<>(
                        and(in("status", OPEN), eq("receiver", receiver.value()), lte("seq", seq)),
                        closed(DELIVERED))));
    if (!marks.retried().isEmpty()) {
      updates.add(
          new UpdateManyModel<>(
              in("_id", names(marks.retried())),
              Updates.combine(Updates.inc("retry", 1), Updates.set("updatedAt", now()))));
    }
    mark(marks.failed(), List.of(UNSENT), status(FAILED), updates);
    mark(marks.expired(), OPEN, closed(EXPIRED), updates);
    if (!updates.isEmpty()) {
      store.answer(() -> store.entries().bulkWrite(updates));
    }
  }

  private static void mark(
      Collection<DeliveryId> ids, List<Integer> from, Bson to, List<WriteModel<Document>> updates) {
    if (!ids.isEmpty()) {
      updates.add(new UpdateManyModel<>(and(in("_id", names(ids)), in("status", from)), to));
    }
  }

  @Override
  public boolean polled(Collection<DeliveryId> ids) {
    return ids.isEmpty()
        || store
                .answer(
                    () ->
                        store
                            .entries()
                            .updateMany(
                                and(in("_id", names(ids)), ne(CANCEL, true)),
                                Updates.set(POLLED, true)))
                .getMatchedCount()
            == ids.size();
  }

  @Override
  public void recallUnseen(Collection<DeliveryId> ids) {
    if (!ids.isEmpty()) {
      store.answer(
          () ->
              store
                  .entries()
                  .updateMany(
                      and(in("_id", names(ids)), in("status", NOT_HANDED_OUT), ne(POLLED, true)),
                      Updates.set(CANCEL, true)));
    }
  }

  @Override
  public void recall(Collection<DeliveryId> ids) {
    List<WriteModel<Document>> updates = new ArrayList<>();
    Bson cancelled = Updates.set(CANCEL, true);
    mark(ids, OPEN, Updates.combine(closed(RECALLED), cancelled), updates);
    if (!ids.isEmpty()) {
      updates.add(new UpdateManyModel<>(in("_id", names(ids)), cancelled));
      store.answer(() -> store.entries().bulkWrite(updates));
    }
  }

  @Override
  public List<DeliveryId> expiredBy(long time, int limit) {
    return store
        .all(
            store
                .entries()
                .find(lte(EXPIRES_AT, Instant.ofEpochMilli(time)))
                .sort(Sorts.ascending(EXPIRES_AT))
                .projection(Projections.include("_id"))
                .limit(limit))
        .stream()
        .map(document -> new DeliveryId(idForm(document, "_id")))
        .toList();
  }

  @Override
  public void left(SessionId session, Map<UserId, Long> upTo) {
    Bson left = closed(LEFT);
    List<WriteModel<Document>> updates = new ArrayList<>(upTo.size());
    upTo.forEach(
        (receiver, seq) ->
            updates.add(
                new UpdateManyModel<>(
                    and(
                        in("status", OPEN),
                        eq("receiver", receiver.value()),
                        lte("seq", seq),
                        eq("session", session.value())),
                    left)));
    store.answer(() -> store.entries().bulkWrite(updates));
  }

  @Override
  public List<UserId> waitingAfter(String receiver, int entries) {
    List<Document> found = openBehind(receiver, entries);
    Set<UserId> receivers = receiversOf(found);
    while (receivers.isEmpty() && !found.isEmpty()) {
      // Nobody could have these names.
      found = openBehind(found.getLast().getString("receiver"), entries);
      receivers = receiversOf(found);
    }
    return List.copyOf(receivers);
  }

  private List<Document> openBehind(String receiver, int entries) {
    return store.all(
        store
            .entries()
            .find(and(in("status", OPEN), gt("receiver", receiver)))
            .projection(only("receiver"))
            .sort(Sorts.ascending("receiver", "seq"))
            .limit(entries));
  }

  private static Set<UserId> receiversOf(List<Document> found) {
    Set<UserId> receivers = new LinkedHashSet<>();
    String last = null;
    for (Document document : found) {
      String receiver = document.getString("receiver");
      if (!receiver.equals(last) && UserId.isValid(receiver)) {
        receivers.add(new UserId(receiver));
        last = receiver;
      }
    }
    return receivers;
  }

  /** Without the id, so that an index alone can answer. */
  private static Bson only(String... fields) {
    return Projections.fields(Projections.include(fields), Projections.excludeId());
  }

  private Bson closed(int status) {
    return Updates.combine(status(status), Updates.unset(EXPIRES_AT));
  }

  private Bson status(int status) {
    return Updates.combine(Updates.set("status", status), Updates.set("updatedAt", now()));
  }

  private Instant now() {
    return clock.instant();
  }

  private StoredEntry read(Document document) {
    try {
      return new StoredEntry(
          new DeliveryId(document.getString("_id")),
          new MessageId(document.getString("recvId")),
          new UserId(document.getString("receiver")),
          number(document, "seq"),
          (int) number(document, "expire"),
          document.getDate("createdAt").toInstant().toEpochMilli(),
          document.getBoolean(CANCEL, false),
          OPEN.contains((int) number(document, "status")),
          document.getBoolean(POLLED, false)
              || !NOT_HANDED_OUT.contains((int) number(document, "status")));
    } catch (RuntimeException e) {
      store.unreadable(document, e);
      return StoredEntry.unreadable(
          new DeliveryId(idForm(document, "_id")),
          new UserId(idForm(document, "receiver")),
          number(document, "seq"));
    }
  }

  private static String idForm(Document document, String field) {
    return document.get(field) instanceof String name && UserId.isValid(name) ? name : "unreadable";
  }

  private static long number(Document document, String field) {
    return document.get(field) instanceof Number number ? number.longValue() : 0;
  }

  private static List<String> names(Collection<DeliveryId> ids) {
    return ids.stream().map(DeliveryId::value).toList();
  }

  private static List<String> userNames(Collection<UserId> users) {
    return users.stream().map(UserId::value).toList();
  }
}
