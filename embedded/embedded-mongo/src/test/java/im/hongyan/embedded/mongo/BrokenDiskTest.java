package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoException;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.MongoCollection;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that takes no new file stands for one that is full. */
class BrokenDiskTest {
  /** What MongoDB calls it; clients try again, and do not give up what they wanted to write. */
  private static final int OUT_OF_DISK_SPACE = 14031;

  private static final String NEXT_JOURNAL = "journal-000000000001";

  @TempDir Path folder;

  @Test
  void storeThatCannotWriteAnswersEveryCommandWithTheReason() throws Exception {
    EmbeddedMongoOptions options = EmbeddedMongoOptions.inFolder(folder);
    DurableStore store = DurableStore.open(options);
    try (EmbeddedMongo mongo = EmbeddedMongo.start(options, store);
        MongoClient client = MongoClients.create(mongo.connectionString())) {
      MongoCollection<Document> things = client.getDatabase("db").getCollection("things");
      things.insertOne(new Document("_id", 1));
      breakDisk();

      assertThatThrownBy(store::checkpoint).isInstanceOf(EmbeddedMongoException.class);

      assertStopped(() -> things.insertOne(new Document("_id", 2)));
      assertStopped(() -> things.find().first());
      assertStopped(things::countDocuments);
      assertStopped(() -> client.getDatabase("db").listCollectionNames().first());
      assertStopped(() -> client.getDatabase("db").runCommand(new Document("ping", 1)));
      // Somebody new is told as well, instead of waiting for a store that does not greet.
      try (MongoClient another = MongoClients.create(mongo.connectionString())) {
        assertStopped(() -> another.getDatabase("db").getCollection("things").find().first());
      }
    }
  }

  @Test
  void whatWasAnsweredBeforeTheDiskBrokeIsThereAfterwards() throws Exception {
    EmbeddedMongoOptions options = EmbeddedMongoOptions.inFolder(folder);
    DurableStore store = DurableStore.open(options);
    Set<Integer> answered = new HashSet<>();
    try (EmbeddedMongo mongo = EmbeddedMongo.start(options, store);
        MongoClient client = MongoClients.create(mongo.connectionString())) {
      MongoCollection<Document> things = client.getDatabase("db").getCollection("things");
      things.insertOne(new Document("_id", -1));
      breakDisk();
      CompletableFuture<Void> checkpoint = CompletableFuture.runAsync(store::checkpoint);
      try {
        for (int i = 0; i < 10_000; i++) {
          things.insertOne(new Document("_id", i));
          answered.add(i);
        }
      } catch (MongoException e) {
        assertThat(e).hasMessageContaining("cannot write to disk");
      }
      assertThat(checkpoint).failsWithin(10, TimeUnit.SECONDS);
      assertThat(answered).hasSizeLessThan(10_000);
    }
    Files.delete(folder.resolve(NEXT_JOURNAL));
    try (StoreFixture reopened = StoreFixture.in(folder)) {
      List<Integer> ids = new ArrayList<>();
      reopened
          .client
          .getDatabase("db")
          .getCollection("things")
          .find()
          .forEach(thing -> ids.add(thing.getInteger("_id")));
      assertThat(ids).contains(-1).containsAll(answered);
    }
  }

  @Test
  void journalThatFailsForAnyReasonTellsAllWhoWait() throws Exception {
    try (Journal journal = new Journal(folder, 1, BrokenDiskTest::onlyTheFirst)) {
      CompletableFuture<Void> before = new CompletableFuture<>();
      journal.whenSettled(journal.append(new byte[] {1}), () -> before.complete(null));
      before.get(10, TimeUnit.SECONDS);
      assertThat(journal.failure()).isNull();

      CompletableFuture<Void> waiting = new CompletableFuture<>();
      journal.whenSettled(journal.appended() + 1, () -> waiting.complete(null));
      Journal.Rotation rotation = journal.rotate();

      waiting.get(10, TimeUnit.SECONDS);
      assertThatThrownBy(rotation::await).hasRootCauseMessage("no more files");
      assertThat(journal.failure()).isNotNull();
      assertThatThrownBy(() -> journal.append(new byte[] {3})).hasRootCauseMessage("no more files");
    }
  }

  @Test
  void answerThatCannotBeSentKeepsNoOtherFromBeingSent() throws Exception {
    try (Journal journal = new Journal(folder, 1)) {
      long position = journal.appended() + 1;
      CompletableFuture<Void> other = new CompletableFuture<>();
      journal.whenSettled(
          position,
          () -> {
            throw new IllegalStateException("the client has gone");
          });
      journal.whenSettled(position, () -> other.complete(null));
      journal.append(new byte[] {1});
      other.get(10, TimeUnit.SECONDS);
      assertThat(journal.failure()).isNull();
    }
  }

  private static FileChannel onlyTheFirst(Path file) throws IOException {
    if (file.getFileName().toString().endsWith("1")) {
      return FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    }
    throw new IllegalStateException("no more files");
  }

  /** Nothing can be made where something is. */
  private void breakDisk() throws IOException {
    Files.createDirectory(folder.resolve(NEXT_JOURNAL));
  }

  private static void assertStopped(Runnable command) {
    assertThatThrownBy(command::run)
        .hasMessageContaining("The store cannot write to disk and has stopped")
        .asInstanceOf(InstanceOfAssertFactories.type(MongoException.class))
        .extracting(MongoException::getCode)
        .isEqualTo(OUT_OF_DISK_SPACE);
  }
}
