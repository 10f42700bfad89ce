package im.hongyan.push.message;

import static com.mongodb.client.model.Filters.and;
import static com.mongodb.client.model.Filters.eq;
import static com.mongodb.client.model.Filters.gt;
import static com.mongodb.client.model.Filters.gte;
import static com.mongodb.client.model.Filters.in;
import static com.mongodb.client.model.Filters.lt;
import static com.mongodb.client.model.Filters.not;

import com.mongodb.client.model.PushOptions;
import com.mongodb.client.model.Sorts;
import com.mongodb.client.model.Updates;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.push.store.PushStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.jspecify.annotations.Nullable;

/** Messages in the collection {@code messagerecv}; the field names are the customer's. */
final class MongoMessageStore implements MessageStore {
  private static final int PARALLEL_READS = 16;

  /** More than may be on their way to one message when a batch comes again. */
  private static final PushOptions LAST_FEW = new PushOptions().slice(-200);

  private final PushStore store;
  private final ContentBson contents;

  MongoMessageStore(PushStore store, ContentBson contents) {
    this.store = store;
    this.contents = contents;
  }

  @Override
  public Map<MessageId, StoredMessage> find(Collection<MessageId> ids) {
    Map<MessageId, StoredMessage> found = new HashMap<>();
    if (!ids.isEmpty()) {
      List<String> names = ids.stream().map(MessageId::value).toList();
      for (Document document : store.all(store.messages().find(in("_id", names)))) {
        read(document, message -> found.put(message.id(), message));
      }
    }
    return found;
  }

  @Override
  public Map<SessionId, StoredMessage> last(Collection<SessionId> sessions) {
    Map<SessionId, StoredMessage> found = new HashMap<>();
    List<List<StoredMessage>> pages =
        store.readEach(
            sessions, PARALLEL_READS, session -> page(eq("session", session.value()), false, 1));
    for (List<StoredMessage> page : pages) {
      page.forEach(message -> found.put(message.session(), message));
    }
    return found;
  }

  @Override
  public Optional<StoredMessage> at(SessionId session, long seq) {
    return page(and(eq("session", session.value()), eq("seq", seq)), true, 1).stream().findFirst();
  }

  @Override
  public boolean insert(List<NewMessage> messages) {
    List<Document> documents = messages.stream().map(this::write).toList();
    return store.insertUntilTaken(store.messages(), documents).isEmpty();
  }

  @Override
  public void recall(Collection<MessageId> ids) {
    List<String> names = ids.stream().map(MessageId::value).toList();
    store.answer(() -> store.messages().updateMany(in("_id", names), Updates.set("cancel", true)));
  }

  @Override
  public void edit(
      MessageId id, MessageId notice, long seq, Content content, @Nullable Content deal, long at) {
    change(
        id,
        seq,
        Updates.set("content", contents.toBson(content)),
        deal == null ? Updates.unset("deal") : Updates.set("deal", contents.toBson(deal)),
        Updates.set("editedAt", Instant.ofEpochMilli(at)),
        Updates.addToSet("edits", notice.value()));
  }

  @Override
  public void react(MessageId id, long seq, Reaction reaction, boolean remove) {
    Document document =
        new Document("user", reaction.user().value()).append("reaction", reaction.reaction());
    change(
        id,
        seq,
        remove ? Updates.pull("reactions", document) : Updates.addToSet("reactions", document));
  }

  @Override
  public void decided(MessageId id, Decision decision) {
    Document document =
        new Document("request", decision.request()).append("errcode", decision.errcode().number());
    store.answer(
        () ->
            store
                .messages()
                .updateOne(
                    eq("_id", id.value()),
                    Updates.pushEach("decisions", List.of(document), LAST_FEW)));
  }

  /** The field {@code changed} is the place of the message that told the last change. */
  private void change(MessageId id, long seq, Bson... updates) {
    List<Bson> all = new ArrayList<>(List.of(updates));
    all.add(Updates.set("changed", seq));
    Bson notLater = and(eq("_id", id.value()), not(gte("changed", seq)));
    store.answer(() -> store.messages().updateOne(notLater, Updates.combine(all)));
  }

  @Override
  public List<StoredMessage> following(SessionId session, long after, int limit) {
    return readable(and(eq("session", session.value()), gt("seq", after)), true, limit);
  }

  @Override
  public List<StoredMessage> preceding(SessionId session, long before, int limit) {
    List<StoredMessage> page =
        readable(and(eq("session", session.value()), lt("seq", before)), false, limit);
    Collections.reverse(page);
    return page;
  }

  /** Fails where one cannot be read: for places that must not be counted wrongly. */
  private List<StoredMessage> page(Bson filter, boolean ascending, int limit) {
    return documents(filter, ascending, limit).stream().map(this::read).toList();
  }

  private List<StoredMessage> readable(Bson filter, boolean ascending, int limit) {
    List<StoredMessage> page = new ArrayList<>(limit);
    documents(filter, ascending, limit).forEach(document -> read(document, page::add));
    return page;
  }

  private List<Document> documents(Bson filter, boolean ascending, int limit) {
    Bson order = ascending ? Sorts.ascending("seq") : Sorts.descending("seq");
    return store.all(store.messages().find(filter).sort(order).limit(limit));
  }

  private void read(Document document, Consumer<StoredMessage> into) {
    StoredMessage message;
    try {
      message = read(document);
    } catch (RuntimeException e) {
      store.unreadable(document, e);
      return;
    }
    into.accept(message);
  }

  private Document write(NewMessage message) {
    Document document =
        new Document("_id", message.id().value())
            .append("sender", message.sender().value())
            .append("session", message.session().value())
            .append("seq", message.seq())
            .append("content", contents.toBson(message.content()))
            .append("cancel", false)
            .append("expire", message.expire())
            .append("createdAt", Instant.ofEpochMilli(message.createdAt()))
            .append("notice", message.notice());
    if (message.clientMsgId() != null) {
      document.append("clientMsgId", message.clientMsgId());
    }
    if (message.deal() != null) {
      document.append("deal", contents.toBson(message.deal()));
    }
    if (message.rejected() != null) {
      document.append("rejected", message.rejected());
    }
    if (message.version() != 0) {
      document
          .append("version", message.version())
          .append("members", message.members().stream().map(UserId::value).toList());
    }
    return document;
  }

  private StoredMessage read(Document document) {
    Object dealt =
        Objects.requireNonNull(document.get(document.containsKey("deal") ? "deal" : "content"));
    List<String> members = document.getList("members", String.class, List.of());
    return new StoredMessage(
        new MessageId(document.getString("_id")),
        new SessionId(document.getString("session")),
        number(document, "seq"),
        new UserId(document.getString("sender")),
        clientMsgId(document),
        new ContentJson(contents.toJson(dealt)),
        (int) number(document, "expire"),
        millis(document, "createdAt"),
        document.getBoolean("cancel", false),
        number(document, "notice"),
        members.stream().map(UserId::new).toList(),
        number(document, "version"),
        document.containsKey("rejected"),
        document.containsKey("editedAt") ? millis(document, "editedAt") : 0,
        document.getList("edits", String.class, List.of()).stream().map(MessageId::new).toList(),
        document.getList("reactions", Document.class, List.of()).stream()
            .map(MongoMessageStore::reaction)
            .toList(),
        document.getList("decisions", Document.class, List.of()).stream()
            .map(MongoMessageStore::decision)
            .toList());
  }

  private static Decision decision(Document document) {
    return new Decision(
        document.getString("request"), ErrorCode.of((int) number(document, "errcode")));
  }

  private static Reaction reaction(Document document) {
    return new Reaction(new UserId(document.getString("user")), document.getString("reaction"));
  }

  private static @Nullable String clientMsgId(Document document) {
    return document.getString("clientMsgId");
  }

  private static long millis(Document document, String field) {
    return document.getDate(field).toInstant().toEpochMilli();
  }

  private static long number(Document document, String field) {
    return document.get(field) instanceof Number number ? number.longValue() : 0;
  }
}
