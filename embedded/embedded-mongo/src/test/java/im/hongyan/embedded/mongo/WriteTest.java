package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.BulkWriteOptions;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOneModel;
import com.mongodb.client.model.UpdateOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class WriteTest {
  private static final AtomicInteger COLLECTIONS = new AtomicInteger();
  private static StoreFixture store;

  private final MongoCollection<Document> things =
      store.collection("things" + COLLECTIONS.incrementAndGet());

  @BeforeAll
  static void start() {
    store = StoreFixture.inMemory();
  }

  @AfterAll
  static void stop() {
    store.close();
  }

  @Test
  void ofManyWhoInsertTheSameKeyExactlyOneWins() throws Exception {
    things.createIndex(Indexes.ascending("session", "seq"), new IndexOptions().unique(true));
    int threads = 8;
    int rounds = 50;
    CyclicBarrier together = new CyclicBarrier(threads);
    AtomicInteger refused = new AtomicInteger();
    onThreads(
        threads,
        thread -> {
          for (int round = 0; round < rounds; round++) {
            together.await(10, TimeUnit.SECONDS);
            try {
              things.insertOne(
                  new Document("_id", thread + "/" + round)
                      .append("session", "s")
                      .append("seq", round));
            } catch (MongoWriteException e) {
              assertThat(e.getCode()).isEqualTo(11000);
              refused.incrementAndGet();
            }
          }
        });
    assertThat(things.countDocuments()).isEqualTo(rounds);
    assertThat(refused).hasValue(rounds * (threads - 1));
    assertThat(things.countDocuments(new Document("session", "s"))).isEqualTo(rounds);
  }

  @Test
  void duplicateKeyErrorNamesIndexAndKeys() {
    things.createIndex(Indexes.ascending("session", "seq"), new IndexOptions().unique(true));
    things.insertOne(new Document("session", "s1").append("seq", 5L));
    assertThatThrownBy(() -> things.insertOne(new Document("session", "s1").append("seq", 5)))
        .isInstanceOf(MongoWriteException.class)
        .hasMessageContaining("E11000 duplicate key error collection: " + things.getNamespace())
        .hasMessageContaining("index: session_1_seq_1 dup key: { session: \"s1\", seq: 5 }");
  }

  @Test
  void unorderedInsertStoresAllOthersAndNamesEachDuplicate() {
    things.insertMany(List.of(new Document("_id", 2), new Document("_id", 4)));
    List<Document> batch = IntStream.range(0, 6).mapToObj(id -> new Document("_id", id)).toList();
    MongoBulkWriteException error =
        catchThrowableOfType(
            MongoBulkWriteException.class,
            () -> things.insertMany(batch, new InsertManyOptions().ordered(false)));
    assertThat(error.getWriteErrors()).extracting(BulkWriteError::getIndex).containsExactly(2, 4);
    assertThat(error.getWriteErrors()).extracting(BulkWriteError::getCode).containsOnly(11000);
    assertThat(error.getWriteResult().getInsertedCount()).isEqualTo(4);
    assertThat(things.countDocuments()).isEqualTo(6);
  }

  @Test
  void orderedInsertStopsAtTheFirstDuplicate() {
    things.insertOne(new Document("_id", 2));
    List<Document> batch = IntStream.range(0, 6).mapToObj(id -> new Document("_id", id)).toList();
    MongoBulkWriteException error =
        catchThrowableOfType(MongoBulkWriteException.class, () -> things.insertMany(batch));
    assertThat(error.getWriteResult().getInsertedCount()).isEqualTo(2);
    assertThat(things.countDocuments()).isEqualTo(3);
  }

  @Test
  void orderedUpdatesStopAtTheFirstErrorUnorderedOnesGoOn() {
    things.createIndex(Indexes.ascending("seq"), new IndexOptions().unique(true));
    things.insertOne(new Document("_id", "taken").append("seq", 1));
    List<UpdateOneModel<Document>> updates =
        IntStream.of(0, 1, 2)
            .mapToObj(
                n ->
                    new UpdateOneModel<Document>(
                        new Document("_id", n),
                        new Document("$set", new Document("seq", n)),
                        new UpdateOptions().upsert(true)))
            .toList();
    MongoBulkWriteException ordered =
        catchThrowableOfType(MongoBulkWriteException.class, () -> things.bulkWrite(updates));
    assertThat(ordered.getWriteErrors()).extracting(BulkWriteError::getIndex).containsExactly(1);
    assertThat(ordered.getWriteResult().getUpserts()).hasSize(1);
    assertThat(things.countDocuments()).isEqualTo(2);
    MongoBulkWriteException unordered =
        catchThrowableOfType(
            MongoBulkWriteException.class,
            () -> things.bulkWrite(updates, new BulkWriteOptions().ordered(false)));
    assertThat(unordered.getWriteErrors()).extracting(BulkWriteError::getIndex).containsExactly(1);
    assertThat(things.countDocuments()).isEqualTo(3);
  }

  @Test
  void countersByFindAndModifyNeverRepeat() throws Exception {
    things.insertOne(new Document("_id", "counter").append("n", 0));
    Set<Integer> seen = ConcurrentHashMap.newKeySet();
    onThreads(
        8,
        thread -> {
          for (int i = 0; i < 100; i++) {
            Document after =
                things.findOneAndUpdate(
                    new Document("_id", "counter"),
                    new Document("$inc", new Document("n", 1)),
                    new FindOneAndUpdateOptions().returnDocument(ReturnDocument.AFTER));
            assertThat(seen.add(after.getInteger("n"))).isTrue();
          }
        });
    assertThat(seen).hasSize(800).contains(1, 800);
  }

  @Test
  void writersReadersAndIndexesAgreeWhenAllRunAtOnce() throws Exception {
    things.createIndex(Indexes.ascending("owner", "n"));
    things.createIndex(Indexes.ascending("tags"));
    onThreads(
        8,
        thread -> {
          for (int i = 0; i < 60; i++) {
            Bson own = new Document("_id", thread + "/" + i % 20);
            things.updateOne(
                own,
                new Document("$set", new Document("owner", "o" + i % 3).append("n", i))
                    .append("$addToSet", new Document("tags", "t" + i % 5)),
                new UpdateOptions().upsert(true));
            if (i % 7 == 0) {
              things.deleteOne(own);
            }
            for (Document found : things.find(new Document("owner", "o1"))) {
              assertThat(found.getString("owner")).isEqualTo("o1");
            }
          }
        });
    List<Document> all = things.find().into(new ArrayList<>());
    for (int i = 0; i < 5; i++) {
      String tag = "t" + i;
      assertThat(things.countDocuments(new Document("tags", tag)))
          .isEqualTo(
              all.stream().filter(d -> d.getList("tags", String.class).contains(tag)).count());
    }
    for (int i = 0; i < 3; i++) {
      String owner = "o" + i;
      assertThat(things.countDocuments(new Document("owner", owner)))
          .isEqualTo(all.stream().filter(d -> d.getString("owner").equals(owner)).count());
    }
  }

  @Test
  void createIndexIsIdempotentAndAConflictIsRefused() {
    things.createIndex(Indexes.ascending("a"), new IndexOptions().unique(true));
    assertThatCode(
            () -> things.createIndex(Indexes.ascending("a"), new IndexOptions().unique(true)))
        .doesNotThrowAnyException();
    assertThat(things.listIndexes().into(new ArrayList<>())).hasSize(2);
    assertThatThrownBy(() -> things.createIndex(Indexes.ascending("a")))
        .isInstanceOf(MongoCommandException.class)
        .hasMessageContaining("IndexKeySpecsConflict");
  }

  @Test
  void uniqueIndexOnDuplicatesIsRefusedAndLeavesNothing() {
    things.insertMany(List.of(new Document("a", 1), new Document("a", 1)));
    assertThatThrownBy(
            () -> things.createIndex(Indexes.ascending("a"), new IndexOptions().unique(true)))
        .isInstanceOf(MongoException.class)
        .hasMessageContaining("E11000");
    things.insertOne(new Document("a", 1));
    assertThat(things.countDocuments(new Document("a", 1))).isEqualTo(3);
  }

  @Test
  void allOfALargeResultArrivesInBatches() {
    things.insertMany(IntStream.range(0, 2_300).mapToObj(n -> new Document("_id", n)).toList());
    assertThat(things.find().into(new ArrayList<>()))
        .extracting(document -> document.getInteger("_id"))
        .containsExactlyElementsOf(IntStream.range(0, 2_300).boxed().toList());
  }

  @Test
  void whatIsNotSupportedIsRefused() {
    things.insertOne(new Document("_id", 1));
    assertRefused(
        () ->
            things.updateOne(new Document("_id", 1), List.of(new Document("$set", new Document()))),
        "updates by pipeline");
    assertRefused(
        () ->
            things.createIndex(
                Indexes.ascending("at"), new IndexOptions().expireAfter(1L, TimeUnit.HOURS)),
        "expireAfterSeconds");
    assertRefused(
        () ->
            things.createIndex(
                Indexes.ascending("at"),
                new IndexOptions().partialFilterExpression(new Document("a", 1))),
        "partialFilterExpression");
    assertRefused(() -> things.createIndex(Indexes.text("at")), "indexes of kind text");
    assertRefused(() -> things.watch().iterator(), "change streams");
    assertRefused(
        () ->
            things
                .find()
                .collation(com.mongodb.client.model.Collation.builder().locale("de").build())
                .first(),
        "collations");
  }

  private static void assertRefused(
      org.assertj.core.api.ThrowableAssert.ThrowingCallable call, String what) {
    assertThatThrownBy(call)
        .isInstanceOf(MongoException.class)
        .hasMessageContaining("The embedded store does not support")
        .hasMessageContaining(what);
  }

  private interface Work {
    void run(int thread) throws Exception;
  }

  private static void onThreads(int threads, Work work) throws Exception {
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<?>> done = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int thread = i;
        done.add(
            pool.submit(
                (Callable<Void>)
                    () -> {
                      work.run(thread);
                      return null;
                    }));
      }
      for (Future<?> future : done) {
        future.get(60, TimeUnit.SECONDS);
      }
    }
  }
}
