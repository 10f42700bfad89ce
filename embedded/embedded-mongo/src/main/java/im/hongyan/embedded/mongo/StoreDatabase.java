package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.MongoCollection;
import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoDatabase;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DatabaseResolver;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.IndexKey;
import de.bwaldvogel.mongo.backend.Utils;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.exception.ErrorCode;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.Oplog;
import io.netty.channel.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A database of the store; also puts right what the inherited commands answer wrongly. */
final class StoreDatabase extends AbstractMongoDatabase<Long> {
  /** Documents in a batch where the client names no number; the largest fill a message. */
  static final int DEFAULT_BATCH = 500;

  private final DurableStore store;
  private final Map<String, StoreCollection> opened = new ConcurrentHashMap<>();
  private volatile boolean ready;

  StoreDatabase(String name, DurableStore store, CursorRegistry cursors) {
    super(name, cursors);
    this.store = store;
    initializeNamespacesAndIndexes();
    opened.values().forEach(StoreCollection::opened);
    this.ready = true;
  }

  @Override
  public Document handleCommand(
      Channel channel,
      String command,
      Document query,
      DatabaseResolver databaseResolver,
      Oplog oplog) {
    return switch (command) {
      case "insert" -> insert(channel, command, query, databaseResolver, oplog);
      case "update" -> update(channel, command, query, databaseResolver, oplog);
      case "find" -> {
        if (Utils.isTrue(query.get("singleBatch"))) {
          query.put("batchSize", 0);
        } else {
          query.putIfAbsent("batchSize", DEFAULT_BATCH);
        }
        yield super.handleCommand(channel, command, query, databaseResolver, oplog);
      }
      default -> super.handleCommand(channel, command, query, databaseResolver, oplog);
    };
  }

  /** The inherited answer counts the documents that were sent, not those that were stored. */
  private Document insert(
      Channel channel, String command, Document query, DatabaseResolver resolver, Oplog oplog) {
    query.putIfAbsent("ordered", true);
    int sent = list(query, "documents").size();
    Document answer = super.handleCommand(channel, command, query, resolver, oplog);
    if (answer.get("writeErrors") instanceof List<?> errors && !errors.isEmpty()) {
      int stored =
          Utils.isTrue(query.get("ordered"))
              ? number((Document) errors.getFirst(), "index")
              : sent - errors.size();
      answer.put("n", stored);
    }
    return answer;
  }

  /** The inherited command goes on after an error even when the updates are ordered. */
  private Document update(
      Channel channel, String command, Document query, DatabaseResolver resolver, Oplog oplog) {
    query.putIfAbsent("ordered", true);
    List<?> updates = list(query, "updates");
    if (!Utils.isTrue(query.get("ordered")) || updates.size() == 1) {
      return super.handleCommand(channel, command, query, resolver, oplog);
    }
    int matched = 0;
    int modified = 0;
    List<Document> upserted = new ArrayList<>();
    List<Document> errors = new ArrayList<>();
    for (int i = 0; i < updates.size() && errors.isEmpty(); i++) {
      Document one = query.clone().append("updates", List.of(updates.get(i)));
      Document answer = super.handleCommand(channel, command, one, resolver, oplog);
      matched += number(answer, "n");
      modified += number(answer, "nModified");
      addNumbered(upserted, answer.get("upserted"), i);
      addNumbered(errors, answer.get("writeErrors"), i);
    }
    Document answer = new Document("n", matched).append("nModified", modified);
    if (!upserted.isEmpty()) {
      answer.put("upserted", upserted);
    }
    if (!errors.isEmpty()) {
      answer.put("writeErrors", errors);
    }
    Utils.markOkay(answer);
    return answer;
  }

  private static List<?> list(Document query, String field) {
    if (query.get(field) instanceof List<?> list) {
      return list;
    }
    throw new MongoServerError(ErrorCode.FailedToParse, field + " must be an array");
  }

  private static int number(Document answer, String field) {
    return answer.get(field) instanceof Number number ? number.intValue() : 0;
  }

  private static void addNumbered(List<Document> all, @Nullable Object some, int index) {
    if (some instanceof Iterable<?> documents) {
      for (Object document : documents) {
        all.add(new Document(((Document) document)).append("index", index));
      }
    }
  }

  @Override
  protected MongoCollection<Long> resolveOrCreateCollection(String collectionName) {
    MongoCollection<Long> known = resolveCollection(collectionName, false);
    if (known != null) {
      return known;
    }
    synchronized (this) {
      return super.resolveOrCreateCollection(collectionName);
    }
  }

  @Override
  public synchronized MongoCollection<Long> createCollectionOrThrowIfExists(
      String collectionName, CollectionOptions options) {
    return super.createCollectionOrThrowIfExists(collectionName, options);
  }

  @Override
  protected synchronized void addIndex(Document indexDescription) {
    super.addIndex(indexDescription);
  }

  @Override
  protected synchronized MongoCollection<Long> getOrCreateIndexesCollection() {
    return super.getOrCreateIndexesCollection();
  }

  @Override
  public synchronized void dropCollection(String collectionName, Oplog oplog) {
    super.dropCollection(collectionName, oplog);
    opened.remove(collectionName);
  }

  @Override
  public synchronized void drop(Oplog oplog) {
    super.drop(oplog);
  }

  @Override
  public void moveCollection(
      MongoDatabase oldDatabase, MongoCollection<?> collection, String newCollectionName) {
    throw new UnsupportedOperationException("collections cannot be renamed");
  }

  @Override
  protected MongoCollection<Long> openOrCreateCollection(
      String collectionName, CollectionOptions options) {
    StoreCollection collection =
        new StoreCollection(this, collectionName, options, cursorRegistry, store, !ready);
    if (ready) {
      collection.opened();
    }
    opened.put(collectionName, collection);
    return collection;
  }

  @Override
  protected Index<Long> openOrCreateUniqueIndex(
      String collectionName, String indexName, List<IndexKey> keys, boolean sparse) {
    return collection(collectionName).index(indexName, keys, true);
  }

  @Override
  protected Index<Long> openOrCreateSecondaryIndex(
      String collectionName, String indexName, List<IndexKey> keys, boolean sparse) {
    return collection(collectionName).index(indexName, keys, false);
  }

  /** The collection of that name, which exists. */
  StoreCollection collection(String name) {
    StoreCollection collection = opened.get(name);
    if (collection == null) {
      throw new IllegalStateException("no collection " + name + " in " + this);
    }
    return collection;
  }

  /** Waits until what the commands under way have written here is in the journal. */
  void awaitWriters() {
    opened.values().forEach(StoreCollection::awaitWriters);
  }

  @Override
  protected long getFileSize() {
    return store.fileSize();
  }

  @Override
  protected long getStorageSize() {
    return store.fileSize();
  }
}
