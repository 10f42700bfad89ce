package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoWriteException;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.Filters;
import com.mongodb.client.model.FindOneAndUpdateOptions;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import com.mongodb.client.model.InsertManyOptions;
import com.mongodb.client.model.ReturnDocument;
import com.mongodb.client.model.UpdateOptions;
import com.mongodb.client.model.Updates;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bson.Document;
import org.bson.conversions.Bson;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Several writers at once, each with documents of its own and a plain map of what they must be, all
 * in one space of unique keys and with a few documents in common. The seed is in every failure's
 * message.
 */
class ConcurrentModelTest {
  private static final int WRITERS = 6;
  private static final int STEPS = 250;
  private static final int PLACES = 400;
  private static final int COMMON = 3;

  @TempDir Path folder;

  private final long seed = System.nanoTime();

  /** Who has ever asked for a unique place. */
  private final Map<String, Set<Integer>> claims = new ConcurrentHashMap<>();

  @Test
  void writersAtOnceLeaveWhatEachWasAnswered() throws Exception {
    List<Writer> writers;
    EmbeddedMongoOptions often =
        EmbeddedMongoOptions.inFolder(folder).withCheckpointEvery(Duration.ofMillis(500));
    try (StoreFixture store = StoreFixture.with(often)) {
      MongoCollection<Document> things = store.collection("things");
      things.createIndex(Indexes.ascending("owner", "seq"), new IndexOptions().unique(true));
      things.createIndex(Indexes.ascending("status", "owner", "seq"));
      things.createIndex(Indexes.ascending("tags"));
      writers =
          Stream.iterate(0, n -> n + 1).limit(WRITERS).map(n -> new Writer(n, store)).toList();
      try (ExecutorService pool = Executors.newFixedThreadPool(WRITERS)) {
        List<Future<?>> ends = new ArrayList<>();
        writers.forEach(writer -> ends.add(pool.submit(writer)));
        for (Future<?> end : ends) {
          end.get();
        }
      }
      assertAllAsAnswered(store, writers);
    }
    try (StoreFixture reopened = StoreFixture.in(folder)) {
      assertAllAsAnswered(reopened, writers);
    }
  }

  @Test
  void readersMissNoDocumentThatMatchesBeforeAndAfterAnUpdateAndSeeNoneTwice() throws Exception {
    List<Integer> ids = IntStream.range(0, 10).boxed().toList();
    AtomicBoolean ended = new AtomicBoolean();
    try (StoreFixture store = StoreFixture.inMemory();
        ExecutorService pool = Executors.newFixedThreadPool(3)) {
      MongoCollection<Document> moving = store.collection("moving");
      moving.createIndex(Indexes.ascending("place", "kind"));
      ids.forEach(id -> moving.insertOne(new Document("_id", id).append("place", 0)));
      List<Future<?>> movers = new ArrayList<>();
      for (int mover = 0; mover < 2; mover++) {
        int own = mover;
        movers.add(
            pool.submit(
                () -> {
                  Random random = new Random(seed + own);
                  while (!ended.get()) {
                    Integer id = own + 2 * random.nextInt(ids.size() / 2);
                    moving.updateOne(
                        Filters.eq("_id", id), Updates.set("place", random.nextInt(3)));
                  }
                }));
      }
      try {
        for (int read = 0; read < 3_000; read++) {
          Bson everywhere =
              read % 2 == 0
                  ? Filters.in("place", 0, 1, 2)
                  : Filters.and(Filters.gte("place", 0), Filters.lte("place", 2));
          List<Integer> found = new ArrayList<>();
          moving.find(everywhere).forEach(document -> found.add(document.getInteger("_id")));
          assertThat(found)
              .as("seed %d, read %d", seed, read)
              .containsExactlyInAnyOrderElementsOf(ids);
        }
      } finally {
        ended.set(true);
      }
      for (Future<?> mover : movers) {
        mover.get();
      }
      assertThat(store.mongo.collection(StoreFixture.DATABASE, "moving").damages()).isEmpty();
    }
  }

  private void assertAllAsAnswered(StoreFixture store, List<Writer> writers) {
    String where = "seed " + seed;
    Map<Integer, Document> expected = new TreeMap<>();
    writers.forEach(writer -> expected.putAll(writer.own));
    Map<Integer, Document> found = new TreeMap<>();
    store.collection("things").find().forEach(d -> found.put(d.getInteger("_id"), d));
    assertThat(found).as(where).isEqualTo(expected);
    assertThat(found.values().stream().map(ConcurrentModelTest::place))
        .as(where + ": unique places")
        .doesNotHaveDuplicates();
    assertThat(store.mongo.collection(StoreFixture.DATABASE, "things").damages())
        .as(where)
        .isEmpty();
    for (int status = 0; status < 3; status++) {
      int wanted = status;
      assertThat(store.collection("things").find(Filters.eq("status", wanted)))
          .as(where)
          .containsExactlyInAnyOrderElementsOf(
              expected.values().stream()
                  .filter(d -> d.getInteger("status") == wanted)
                  .collect(Collectors.toList()));
    }
    for (int common = 0; common < COMMON; common++) {
      int id = common;
      List<Integer> numbers =
          writers.stream().flatMap(w -> w.numbers.getOrDefault(id, List.of()).stream()).toList();
      Document last = store.collection("common").find(Filters.eq("_id", id)).first();
      assertThat(last).as(where).isNotNull();
      assertThat(last.getInteger("number")).as(where).isEqualTo(numbers.size());
      assertThat(numbers).as(where + ": numbers given out").doesNotHaveDuplicates();
    }
  }

  private static String place(Document thing) {
    return thing.getString("owner") + "/" + thing.getInteger("seq");
  }

  private final class Writer implements Runnable {
    private final int name;
    private final MongoCollection<Document> things;
    private final MongoCollection<Document> common;
    private final Random random;
    private final TreeMap<Integer, Document> own = new TreeMap<>();
    private final Map<Integer, List<Integer>> numbers = new TreeMap<>();
    private int created;

    Writer(int name, StoreFixture store) {
      this.name = name;
      this.things = store.collection("things");
      this.common = store.collection("common");
      this.random = new Random(seed + name);
    }

    @Override
    public void run() {
      for (int step = 0; step < STEPS; step++) {
        String where = "seed " + seed + ", writer " + name + ", step " + step;
        switch (random.nextInt(6)) {
          case 0, 1 -> insertBatch(where, random.nextBoolean());
          case 2 -> updateSome(where);
          case 3 -> moveOne(where);
          case 4 -> deleteSome(where);
          default -> takeNumber();
        }
      }
    }

    private void insertBatch(String where, boolean ordered) {
      List<Document> batch = new ArrayList<>();
      for (int i = 1 + random.nextInt(40); i > 0; i--) {
        batch.add(fresh());
      }
      List<Document> refused = List.of();
      List<Document> stored = batch;
      try {
        things.insertMany(batch, new InsertManyOptions().ordered(ordered));
      } catch (MongoBulkWriteException e) {
        List<Integer> errors = e.getWriteErrors().stream().map(BulkWriteError::getIndex).toList();
        refused = errors.stream().map(batch::get).toList();
        stored = new ArrayList<>(ordered ? batch.subList(0, errors.getFirst()) : batch);
        stored.removeAll(refused);
        assertThat(e.getWriteResult().getInsertedCount()).as(where).isEqualTo(stored.size());
      }
      stored.forEach(thing -> own.put(thing.getInteger("_id"), thing));
      refused.forEach(thing -> assertOthersAskedFor(thing, where));
    }

    private void assertOthersAskedFor(Document refused, String where) {
      assertThat(claims.get(place(refused)))
          .as(where + ": refused " + refused)
          .hasSizeGreaterThan(1);
    }

    private void updateSome(String where) {
      List<Integer> ids = some();
      int from = random.nextInt(3);
      int to = random.nextInt(3);
      List<Document> matching =
          ids.stream().map(own::get).filter(d -> d.getInteger("status") == from).toList();
      long matched =
          things
              .updateMany(
                  Filters.and(Filters.in("_id", ids), Filters.eq("status", from)),
                  Updates.combine(Updates.set("status", to), Updates.addToSet("tags", "t" + to)))
              .getMatchedCount();
      assertThat(matched).as(where).isEqualTo(matching.size());
      for (Document document : matching) {
        document.put("status", to);
        List<String> tags = new ArrayList<>(document.getList("tags", String.class));
        if (!tags.contains("t" + to)) {
          tags.add("t" + to);
        }
        document.put("tags", tags);
      }
    }

    private void moveOne(String where) {
      if (own.isEmpty()) {
        return;
      }
      Document moved = own.get(some().getFirst());
      int seq = random.nextInt(PLACES);
      Document wanted = new Document(moved).append("seq", seq);
      claim(wanted);
      try {
        things.updateOne(Filters.eq("_id", moved.get("_id")), Updates.set("seq", seq));
        moved.put("seq", seq);
      } catch (MongoWriteException e) {
        assertThat(e.getCode()).as(where).isEqualTo(11000);
        assertOthersAskedFor(wanted, where);
      }
    }

    private void deleteSome(String where) {
      List<Integer> ids = some();
      long deleted = things.deleteMany(Filters.in("_id", ids)).getDeletedCount();
      assertThat(deleted).as(where).isEqualTo(ids.size());
      ids.forEach(own::remove);
    }

    private void takeNumber() {
      int id = random.nextInt(COMMON);
      if (random.nextBoolean()) {
        common.updateOne(
            Filters.eq("_id", id), Updates.inc("number", 0), new UpdateOptions().upsert(true));
      }
      Document after =
          common.findOneAndUpdate(
              Filters.eq("_id", id),
              Updates.inc("number", 1),
              new FindOneAndUpdateOptions().upsert(true).returnDocument(ReturnDocument.AFTER));
      assertThat(after).isNotNull();
      numbers.computeIfAbsent(id, n -> new ArrayList<>()).add(after.getInteger("number"));
    }

    /** About a quarter of the own ones, at least the first. */
    private List<Integer> some() {
      return own.keySet().stream()
          .filter(id -> id.equals(own.firstKey()) || random.nextInt(4) == 0)
          .toList();
    }

    private Document fresh() {
      Document thing =
          new Document("_id", name * 1_000_000 + created++)
              .append("owner", "o" + random.nextInt(4))
              .append("seq", random.nextInt(PLACES))
              .append("status", random.nextInt(3))
              .append("tags", List.of("t" + random.nextInt(3)));
      claim(thing);
      return thing;
    }

    private void claim(Document thing) {
      claims
          .computeIfAbsent(place(thing), place -> ConcurrentHashMap.newKeySet())
          .add(thing.getInteger("_id"));
    }
  }
}
