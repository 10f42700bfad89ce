package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.result.InsertOneResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a reader may see of a write that is not on disk yet. */
class DurableReadTest {
  @TempDir static Path root;

  private final SlowDisk disk = new SlowDisk();
  private final EmbeddedMongoOptions options =
      EmbeddedMongoOptions.inFolder(root.resolve("s" + System.nanoTime()))
          .withCheckpointEvery(Duration.ofDays(1));
  private final EmbeddedMongo mongo =
      EmbeddedMongo.start(options, DurableStore.open(options, disk));
  private final MongoClient client = MongoClients.create(mongo.connectionString());
  private final MongoCollection<Document> things = client.getDatabase("db").getCollection("things");
  private final MongoCollection<Document> byMajority = things.withReadConcern(ReadConcern.MAJORITY);

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  @AfterEach
  void stop() {
    disk.goOn();
    threads.close();
    client.close();
    mongo.close();
  }

  @Test
  void whatIsNotOnDiskYetIsShownToAMajorityReadOnlyOnceItIs() {
    CompletableFuture<InsertOneResult> write = writeWithoutForcing();
    List<CompletableFuture<?>> reads = majorityReads();

    assertThat(CompletableFuture.anyOf(reads.toArray(CompletableFuture[]::new)))
        .as("answers before the write is on disk")
        .failsWithin(Duration.ofMillis(500));

    disk.goOn();
    for (CompletableFuture<?> read : reads) {
      assertThat(read).succeedsWithin(10, TimeUnit.SECONDS).isEqualTo(1L);
    }
    assertThat(write).succeedsWithin(10, TimeUnit.SECONDS);
  }

  @Test
  void whatNeverReachesTheDiskIsNotShownToAMajorityRead() {
    CompletableFuture<InsertOneResult> write = writeWithoutForcing();
    List<CompletableFuture<?>> reads = majorityReads();

    disk.breakDown();

    for (CompletableFuture<?> read : reads) {
      assertThat(read)
          .failsWithin(10, TimeUnit.SECONDS)
          .withThrowableThat()
          .havingRootCause()
          .asInstanceOf(InstanceOfAssertFactories.type(MongoException.class));
    }
    assertThat(write).failsWithin(10, TimeUnit.SECONDS);
  }

  @Test
  void aMajorityReadWaitsForNothingWhereNothingIsUnderWay() {
    things.insertOne(new Document("_id", 1));
    disk.stall();

    assertThat(inBackground(() -> byMajority.find().first()))
        .succeedsWithin(10, TimeUnit.SECONDS)
        .isEqualTo(new Document("_id", 1));
  }

  private CompletableFuture<InsertOneResult> writeWithoutForcing() {
    things.createIndex(new Document("n", 1));
    disk.stall();
    CompletableFuture<InsertOneResult> write =
        inBackground(() -> things.insertOne(new Document("_id", 1)));
    while (things.find().first() == null) {
      assertThat(write).as("the write, which waits for the disk").isNotDone();
    }
    return write;
  }

  private List<CompletableFuture<?>> majorityReads() {
    return List.of(
        inBackground(() -> (long) byMajority.find().into(new ArrayList<>()).size()),
        inBackground(byMajority::countDocuments),
        inBackground(byMajority::estimatedDocumentCount));
  }

  private <T> CompletableFuture<T> inBackground(Supplier<T> command) {
    return CompletableFuture.supplyAsync(command, threads);
  }
}
