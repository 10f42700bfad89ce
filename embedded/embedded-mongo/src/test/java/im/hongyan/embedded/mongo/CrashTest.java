package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Another process writes and is killed; whatever it said was acknowledged is there. */
class CrashTest {
  private static final int OWNERS = 5;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(ints = {200, 1_000})
  void whatWasAcknowledgedSurvivesAKill(int acknowledgedBeforeKill) throws Exception {
    Set<Integer> acknowledged = new HashSet<>();
    // Twice, so that the second life starts from the first one's recovery.
    for (int life = 0; life < 2; life++) {
      acknowledged.addAll(killedAfter(acknowledgedBeforeKill, life * 1_000_000));
      try (StoreFixture store = StoreFixture.in(folder)) {
        assertAllThere(store, acknowledged);
      }
    }
  }

  private static void assertAllThere(StoreFixture store, Set<Integer> acknowledged) {
    MongoCollection<Document> things = store.collection("things");
    List<Document> all = things.find().into(new ArrayList<>());
    Set<Integer> ids = new HashSet<>();
    all.forEach(document -> ids.add(document.getInteger("_id")));
    assertThat(ids).containsAll(acknowledged);
    all.forEach(document -> assertThat(document.getString("text")).as("whole").hasSize(100));
    // The index entries are there, lead to their documents and to nothing else.
    for (int i = 0; i < OWNERS; i++) {
      int owner = i;
      assertFoundByIndex(
          store,
          new Document("owner", owner),
          all.stream().filter(document -> document.getInteger("owner") == owner).toList());
    }
    for (int from = 0; from < all.size(); from += 50) {
      List<Document> some = all.subList(from, Math.min(from + 50, all.size()));
      List<String> tags = some.stream().map(document -> "only" + document.get("_id")).toList();
      assertFoundByIndex(store, new Document("tags", new Document("$in", tags)), some);
    }
    assertFoundByIndex(
        store,
        new Document("tags", "all"),
        all.stream().filter(document -> document.getInteger("status") == 1).toList());
    // The second write to a document was acknowledged before the next document's first.
    assertThat(
            all.stream()
                .filter(document -> acknowledged.contains(document.getInteger("_id")))
                .map(document -> document.getInteger("status")))
        .containsOnly(1);
  }

  private static void assertFoundByIndex(
      StoreFixture store, Document query, List<Document> expected) {
    List<Document> found = new ArrayList<>();
    long examined =
        store.examinedBy("things", () -> store.collection("things").find(query).into(found));
    assertThat(found).hasSameSizeAs(expected);
    assertThat(Set.copyOf(found)).isEqualTo(Set.copyOf(expected));
    assertThat(examined).isEqualTo(expected.size());
  }

  @Test
  void batchIsThereAsAWholeOrNotAtAllAfterAKill() throws Exception {
    Set<Integer> acknowledged = new HashSet<>();
    for (int life = 0; life < 3; life++) {
      List<Integer> ofThisLife =
          acknowledgedBy(BatchWriter.class, life * 1_000_000, Integer.MAX_VALUE);
      assertThat(ofThisLife).isNotEmpty();
      acknowledged.addAll(ofThisLife);
      try (StoreFixture store = StoreFixture.in(folder)) {
        assertWholeBatches(store, acknowledged);
      }
    }
  }

  private static void assertWholeBatches(StoreFixture store, Set<Integer> acknowledged) {
    List<Document> all = store.collection("entries").find().into(new ArrayList<>());
    Map<Integer, List<Document>> batches =
        all.stream().collect(Collectors.groupingBy(document -> document.getInteger("batch")));
    assertThat(batches.keySet()).containsAll(acknowledged);
    batches.forEach(
        (batch, entries) -> {
          assertThat(entries).as("entries of batch " + batch).hasSize(BatchWriter.SIZE);
          assertThat(entries.stream().map(entry -> entry.getInteger("status")).distinct())
              .as("one update of the whole batch " + batch)
              .hasSize(1);
        });
    // Each index has one key for each document, which leads to it.
    assertThat(store.mongo.collection(StoreFixture.DATABASE, "entries").damages()).isEmpty();
  }

  private List<Integer> killedAfter(int count, int firstId) throws IOException {
    List<Integer> acknowledged = acknowledgedBy(Writer.class, firstId, count);
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(count);
    return acknowledged;
  }

  /** Runs a writer, until it ends or has acknowledged so much that it is killed. */
  private List<Integer> acknowledgedBy(Class<?> writer, int firstId, int killedAfter)
      throws IOException {
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                writer.getName(),
                folder.toString(),
                Integer.toString(firstId))
            .redirectError(ProcessBuilder.Redirect.DISCARD)
            .start();
    List<Integer> acknowledged = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII))) {
      String line;
      while ((line = lines.readLine()) != null) {
        acknowledged.add(Integer.valueOf(line));
        if (acknowledged.size() == killedAfter) {
          child.destroyForcibly();
        }
      }
    } catch (IOException e) {
      assertThat(acknowledged)
          .as("the pipe broke early: " + e)
          .hasSizeGreaterThanOrEqualTo(killedAfter);
    } finally {
      child.destroyForcibly();
    }
    assertThat(child.onExit().orTimeout(30, TimeUnit.SECONDS).join().isAlive()).isFalse();
    return acknowledged;
  }

  /** The process that is killed. */
  static final class Writer {
    private static final int THREADS = 4;

    private Writer() {}

    public static void main(String[] args) throws InterruptedException {
      EmbeddedMongoOptions options =
          EmbeddedMongoOptions.inFolder(Path.of(args[0]))
              .withCheckpointEvery(Duration.ofMillis(500));
      int first = Integer.parseInt(args[1]);
      EmbeddedMongo mongo = EmbeddedMongo.start(options);
      MongoClient client = MongoClients.create(mongo.connectionString());
      MongoCollection<Document> things =
          client.getDatabase(StoreFixture.DATABASE).getCollection("things");
      things.createIndex(Indexes.ascending("owner", "seq"), new IndexOptions().unique(true));
      things.createIndex(Indexes.ascending("tags"));
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int offset = t;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int id = first + offset; ; id += THREADS) {
                        write(things, id);
                      }
                    }));
      }
      for (Thread thread : threads) {
        thread.join();
      }
    }

    private static void write(MongoCollection<Document> things, int id) {
      things.insertOne(
          new Document("_id", id)
              .append("owner", id % OWNERS)
              .append("seq", id)
              .append("status", 0)
              .append("tags", List.of("only" + id))
              .append("text", "t".repeat(100)));
      things.updateOne(
          new Document("_id", id),
          new Document("$set", new Document("status", 1))
              .append("$push", new Document("tags", "all")));
      System.out.println(id);
    }
  }

  /** Writes batches and ends at the worst moment: a checkpoint is over, commands are under way. */
  static final class BatchWriter {
    static final int SIZE = 500;
    private static final int THREADS = 4;
    private static final int BATCHES = 15;
    private static final AtomicInteger acknowledged = new AtomicInteger();

    private BatchWriter() {}

    public static void main(String[] args) throws InterruptedException {
      DurableStore store = DurableStore.open(EmbeddedMongoOptions.inFolder(Path.of(args[0])));
      int first = Integer.parseInt(args[1]);
      EmbeddedMongo mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory(), store);
      MongoClient client = MongoClients.create(mongo.connectionString());
      MongoCollection<Document> entries =
          client.getDatabase(StoreFixture.DATABASE).getCollection("entries");
      entries.createIndex(Indexes.ascending("receiver", "seq"), new IndexOptions().unique(true));
      entries.createIndex(Indexes.ascending("status", "receiver", "seq"));
      entries.createIndex(Indexes.ascending("batch"));
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int offset = t;
        threads.add(
            Thread.ofPlatform()
                .start(
                    () -> {
                      for (int batch = first + offset; ; batch += THREADS) {
                        write(entries, batch);
                      }
                    }));
      }
      threads.add(
          Thread.ofPlatform()
              .start(
                  () -> {
                    do {
                      store.checkpoint();
                    } while (acknowledged.get() < BATCHES);
                    Runtime.getRuntime().halt(1);
                  }));
      for (Thread thread : threads) {
        thread.join();
      }
    }

    private static void write(MongoCollection<Document> entries, int batch) {
      List<Document> documents = new ArrayList<>(SIZE);
      for (int i = 0; i < SIZE; i++) {
        documents.add(
            new Document("_id", (i * 7919 % SIZE) + "/" + batch)
                .append("receiver", "r" + i)
                .append("seq", batch)
                .append("batch", batch)
                .append("status", 0)
                .append("text", "t".repeat(100)));
      }
      entries.insertMany(documents);
      entries.updateMany(
          new Document("batch", batch), new Document("$set", new Document("status", 1)));
      System.out.println(batch);
      acknowledged.incrementAndGet();
    }
  }
}
