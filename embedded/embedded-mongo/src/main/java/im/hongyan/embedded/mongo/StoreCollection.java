package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.MongoDatabase;
import de.bwaldvogel.mongo.backend.AbstractMongoCollection;
import de.bwaldvogel.mongo.backend.ArrayFilters;
import de.bwaldvogel.mongo.backend.CollectionOptions;
import de.bwaldvogel.mongo.backend.CursorRegistry;
import de.bwaldvogel.mongo.backend.DefaultQueryMatcher;
import de.bwaldvogel.mongo.backend.DocumentComparator;
import de.bwaldvogel.mongo.backend.DocumentWithPosition;
import de.bwaldvogel.mongo.backend.Index;
import de.bwaldvogel.mongo.backend.QueryMatcher;
import de.bwaldvogel.mongo.backend.QueryResult;
import de.bwaldvogel.mongo.bson.Document;
import de.bwaldvogel.mongo.bson.ObjectId;
import de.bwaldvogel.mongo.exception.IndexBuildFailedException;
import de.bwaldvogel.mongo.exception.IndexKeySpecsConflictException;
import de.bwaldvogel.mongo.exception.InvalidIdFieldError;
import de.bwaldvogel.mongo.exception.MongoServerError;
import de.bwaldvogel.mongo.oplog.Oplog;
import de.bwaldvogel.mongo.wire.BsonConstants;
import de.bwaldvogel.mongo.wire.bson.BsonDecoder;
import de.bwaldvogel.mongo.wire.bson.BsonEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.h2.mvstore.Cursor;
import org.jspecify.annotations.Nullable;

/**
 * A collection: record id to BSON, and its indexes. Commands that write hold the collection's lock
 * and leave their changes to the journal as one group; commands that read hold no lock, see what
 * has been written so far, and get documents of their own.
 */
final class StoreCollection extends AbstractMongoCollection<Long> {
  private static final int DOCUMENT_TOO_LARGE = 10334;
  private static final int BUILT_AT_ONCE = 10_000;

  private final StoredMap<Long, byte[]> documents;
  private final DurableStore store;
  private final boolean trustsIndexes;
  private final QueryMatcher matcher = new DefaultQueryMatcher();
  private final LongAdder examined = new LongAdder();
  private final ReentrantLock lock = new ReentrantLock();
  private volatile List<OrderedIndex> ordered = List.of();

  // Guarded by lock.
  private final Changes changes = new Changes();
  private long nextRecord;
  private boolean updatesOne;
  private boolean opening = true;

  /**
   * A collection of that map.
   *
   * @param trustsIndexes whether indexes added before {@link #opened} are complete, as they are
   *     when the store's own catalog names them
   */
  StoreCollection(
      MongoDatabase database,
      String name,
      CollectionOptions options,
      CursorRegistry cursors,
      DurableStore store,
      boolean trustsIndexes) {
    super(database, name, options, cursors);
    this.store = store;
    this.trustsIndexes = trustsIndexes;
    this.documents = store.documents(StoredMap.documentsName(database.getDatabaseName(), name));
    Long last = documents.tree().lastKey();
    this.nextRecord = last == null ? 0 : last + 1;
  }

  /** From now on an index that is added is new. */
  void opened() {
    opening = false;
  }

  /** Documents read so far to answer queries, whether they matched or not. */
  long examined() {
    return examined.sum();
  }

  /**
   * Where the indexes and the documents do not agree: a sentence each, for tests. Nothing may be
   * written meanwhile.
   */
  List<String> damages() {
    List<String> damages = new ArrayList<>();
    for (OrderedIndex index : ordered) {
      long keys = 0;
      for (Cursor<Long, byte[]> cursor = documents.tree().cursor(null); cursor.hasNext(); ) {
        Long record = cursor.next();
        Collection<byte[]> wanted = index.keysOf(decode(cursor.getValue()));
        keys += wanted.size();
        if (!index.leadsTo(record, wanted)) {
          damages.add("record " + record + " is not found by " + index.getName());
        }
      }
      if (keys != index.getCount()) {
        damages.add(index.getName() + ": " + index.getCount() + " keys (expected: " + keys + ")");
      }
    }
    return damages;
  }

  /** An index of this collection, not added yet. */
  OrderedIndex index(String name, List<de.bwaldvogel.mongo.backend.IndexKey> keys, boolean unique) {
    String mapName = StoredMap.keysName(getDatabaseName(), getCollectionName(), name);
    return new OrderedIndex(name, keys, unique, store.keys(mapName), store, changes);
  }

  /** Waits until what the commands under way have written is in the journal. */
  void awaitWriters() {
    writing(() -> null);
  }

  private <T extends @Nullable Object> T writing(Supplier<T> command) {
    store.changing().lock();
    lock.lock();
    try {
      return command.get();
    } finally {
      try {
        if (lock.getHoldCount() == 1) {
          store.append(changes);
        }
      } finally {
        lock.unlock();
        store.changing().unlock();
      }
    }
  }

  @Override
  public void addIndex(Index<Long> index) {
    writing(
        () -> {
          for (OrderedIndex existing : ordered) {
            if (existing.getName().equals(index.getName())) {
              if (!existing.hasSameOptions(index)) {
                throw new IndexKeySpecsConflictException(index, existing);
              }
              return null;
            }
          }
          OrderedIndex added = (OrderedIndex) index;
          if (!(opening && trustsIndexes)) {
            build(added);
          }
          super.addIndex(added);
          List<OrderedIndex> all = new ArrayList<>(ordered);
          all.add(added);
          ordered = List.copyOf(all);
          return null;
        });
  }

  /** The index is in no catalog yet, so its keys may go to the journal in several groups. */
  private void build(OrderedIndex index) {
    if (documents.tree().isEmpty() && index.keyMap().tree().isEmpty()) {
      return;
    }
    index.clear();
    try {
      int built = 0;
      for (Cursor<Long, byte[]> cursor = documents.tree().cursor(null); cursor.hasNext(); ) {
        Long record = cursor.next();
        index.build(decode(cursor.getValue()), record, this);
        if (++built % BUILT_AT_ONCE == 0) {
          store.append(changes);
        }
      }
    } catch (MongoServerError e) {
      index.drop();
      throw new IndexBuildFailedException(e, this);
    }
  }

  @Override
  public void dropIndex(String indexName) {
    writing(
        () -> {
          ordered = ordered.stream().filter(index -> !index.getName().equals(indexName)).toList();
          super.dropIndex(indexName);
          return null;
        });
  }

  @Override
  public void drop() {
    writing(
        () -> {
          super.drop();
          changes.drop(documents.name());
          store.remove(documents.name());
          return null;
        });
  }

  @Override
  public void addDocument(Document document) {
    writing(
        () -> {
          add(document);
          return null;
        });
  }

  private void add(Document document) {
    if (document.get("_id") instanceof Collection) {
      throw new InvalidIdFieldError("The '_id' value cannot be of type array");
    }
    if (!document.containsKey("_id") && !getCollectionName().startsWith("system.")) {
      document.put("_id", new ObjectId());
    }
    byte[] encoded = encode(document);
    List<OrderedIndex> indexes = ordered;
    List<Collection<byte[]>> keys = new ArrayList<>(indexes.size());
    for (OrderedIndex index : indexes) {
      Collection<byte[]> wanted = index.keysOf(document);
      index.checkUnique(wanted, document, null, this);
      keys.add(wanted);
    }
    Long record = nextRecord++;
    changes.putDocument(documents, record, encoded);
    for (int i = 0; i < indexes.size(); i++) {
      indexes.get(i).addKeys(keys.get(i), record);
    }
  }

  @Override
  public void removeDocument(Document document) {
    writing(
        () -> {
          remove(document);
          return null;
        });
  }

  private void remove(Document document) {
    Long record = null;
    for (OrderedIndex index : ordered) {
      if (index.isPrimary()) {
        record = index.getPosition(document);
      }
    }
    if (record == null) {
      record = findDocumentPosition(document);
    }
    if (record == null) {
      return;
    }
    for (OrderedIndex index : ordered) {
      index.removeKeys(index.keysOf(document), record);
    }
    changes.removeDocument(documents, record);
  }

  @Override
  public List<Document> insertDocuments(List<Document> inserted, boolean isOrdered) {
    return writing(() -> super.insertDocuments(inserted, isOrdered));
  }

  @Override
  public void addDocuments(Stream<Document> added) {
    writing(
        () -> {
          super.addDocuments(added);
          return null;
        });
  }

  @Override
  public Document findAndModify(Document query) {
    return writing(() -> super.findAndModify(query));
  }

  @Override
  public int deleteDocuments(Document selector, int limit, Oplog oplog) {
    return writing(() -> super.deleteDocuments(selector, Math.max(limit, 0), oplog));
  }

  @Override
  public Document updateDocuments(
      Document selector,
      Document updateQuery,
      ArrayFilters arrayFilters,
      boolean isMulti,
      boolean isUpsert,
      Oplog oplog) {
    return writing(
        () -> {
          updatesOne = !isMulti;
          try {
            return super.updateDocuments(
                selector, updateQuery, arrayFilters, isMulti, isUpsert, oplog);
          } finally {
            updatesOne = false;
          }
        });
  }

  /** A matcher of its own for queries: the inherited one keeps state for updates. */
  @Override
  protected boolean documentMatchesQuery(Document document, Document query) {
    return matcher.matches(document, query);
  }

  @Override
  protected QueryResult queryDocuments(
      Document query,
      @Nullable Document orderBy,
      int numberToSkip,
      int limit,
      int batchSize,
      @Nullable Document fieldSelector) {
    int atMost = limit == 0 && lock.isHeldByCurrentThread() && updatesOne ? 1 : limit;
    QueryPlan plan = QueryPlan.best(ordered, query, orderBy);
    boolean sorted = plan == null ? orderBy == null || isNatural(orderBy) : plan.ordered();
    Iterator<Document> candidates =
        plan == null ? all(isNaturalDescending(orderBy)) : fetched(plan.records());
    Document unchecked = plan == null ? query : plan.unchecked(query);
    List<Document> found = new ArrayList<>();
    int skipping = sorted ? numberToSkip : 0;
    int enough = sorted && atMost > 0 ? atMost : Integer.MAX_VALUE;
    while (found.size() < enough && candidates.hasNext()) {
      Document candidate = candidates.next();
      if (!documentMatchesQuery(candidate, unchecked)) {
        continue;
      }
      if (skipping > 0) {
        skipping--;
      } else {
        found.add(candidate);
      }
    }
    if (!sorted && orderBy != null) {
      found.sort(new DocumentComparator(orderBy));
      int from = Math.min(numberToSkip, found.size());
      int to = atMost > 0 ? (int) Math.min((long) from + atMost, found.size()) : found.size();
      found = found.subList(from, to);
    }
    // Everything but the projection is done.
    return matchDocumentsFromStream(
        new Document(),
        found.stream(),
        0,
        0,
        batchSize,
        (Comparator<Document>) null,
        fieldSelector);
  }

  private static boolean isNatural(Document orderBy) {
    return orderBy.isEmpty() || orderBy.keySet().iterator().next().equals("$natural");
  }

  private Iterator<Document> fetched(Iterator<Long> records) {
    return new Iterator<>() {
      private @Nullable Document next;

      @Override
      public boolean hasNext() {
        while (next == null && records.hasNext()) {
          byte[] encoded = documents.tree().get(records.next());
          // Without a lock a document may be gone since its key was read.
          if (encoded != null) {
            examined.increment();
            next = decode(encoded);
          }
        }
        return next != null;
      }

      @Override
      public Document next() {
        if (!hasNext() || next == null) {
          throw new java.util.NoSuchElementException();
        }
        Document found = next;
        next = null;
        return found;
      }
    };
  }

  private Iterator<Document> all(boolean backwards) {
    Cursor<Long, byte[]> cursor = documents.tree().cursor(null, null, backwards);
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return cursor.hasNext();
      }

      @Override
      public Document next() {
        cursor.next();
        examined.increment();
        return decode(cursor.getValue());
      }
    };
  }

  @Override
  protected QueryResult matchDocuments(
      Document query,
      @Nullable Document orderBy,
      int numberToSkip,
      int numberToReturn,
      int batchSize,
      @Nullable Document fieldSelector) {
    return queryDocuments(query, orderBy, numberToSkip, numberToReturn, batchSize, fieldSelector);
  }

  @Override
  protected @Nullable Document getDocument(Long position) {
    byte[] encoded = documents.tree().get(position);
    return encoded == null ? null : decode(encoded);
  }

  @Override
  protected Long addDocumentInternal(Document document) {
    throw new UnsupportedOperationException("documents are added with their index keys");
  }

  @Override
  protected void removeDocument(Long position) {
    throw new UnsupportedOperationException("documents are removed with their index keys");
  }

  @Override
  protected void handleUpdate(Long position, Document oldDocument, Document newDocument) {
    changes.putDocument(documents, position, encode(newDocument));
    ordered.forEach(OrderedIndex::applyUpdate);
  }

  @Override
  protected Stream<DocumentWithPosition<Long>> streamAllDocumentsWithPosition() {
    Cursor<Long, byte[]> cursor = documents.tree().cursor(null);
    Iterator<DocumentWithPosition<Long>> all =
        new Iterator<>() {
          @Override
          public boolean hasNext() {
            return cursor.hasNext();
          }

          @Override
          public DocumentWithPosition<Long> next() {
            Long record = cursor.next();
            return new DocumentWithPosition<>(decode(cursor.getValue()), record);
          }
        };
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(all, Spliterator.ORDERED), false);
  }

  @Override
  public int count() {
    return (int) Math.min(documents.tree().sizeAsLong(), Integer.MAX_VALUE);
  }

  @Override
  protected boolean tracksDataSize() {
    return false;
  }

  @Override
  protected void updateDataSize(int sizeDelta) {
    throw new UnsupportedOperationException("the size is counted when it is asked for");
  }

  @Override
  protected int getDataSize() {
    long bytes = 0;
    for (Cursor<Long, byte[]> cursor = documents.tree().cursor(null); cursor.hasNext(); ) {
      cursor.next();
      bytes += cursor.getValue().length;
    }
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  private static byte[] encode(Document document) {
    ByteBuf buffer = Unpooled.buffer(512);
    BsonEncoder.encodeDocument(document, buffer);
    if (buffer.writerIndex() > BsonConstants.MAX_BSON_OBJECT_SIZE) {
      throw new MongoServerError(
          DOCUMENT_TOO_LARGE,
          "BSONObjectTooLarge",
          "document: "
              + buffer.writerIndex()
              + " bytes (expected: at most "
              + BsonConstants.MAX_BSON_OBJECT_SIZE
              + ")");
    }
    return Arrays.copyOf(buffer.array(), buffer.writerIndex());
  }

  private static Document decode(byte[] encoded) {
    return BsonDecoder.decodeBson(Unpooled.wrappedBuffer(encoded));
  }
}
