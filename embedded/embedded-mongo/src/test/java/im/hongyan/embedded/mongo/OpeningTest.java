package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.bson.Document;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OpeningTest {
  @TempDir Path folder;

  @Test
  void folderInUseIsRefusedWithOneSentence() {
    try (EmbeddedMongo first = EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder))) {
      assertThat(first.connectionString()).startsWith("mongodb://127.0.0.1:");
      assertThatThrownBy(() -> EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder)))
          .isInstanceOf(EmbeddedMongoException.class)
          .hasMessage("The data folder " + folder + " is in use by another process.");
    }
    EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder)).close();
  }

  @Test
  void fileInPlaceOfTheFolderIsRefused() throws Exception {
    Path file = Files.createFile(folder.resolve("file"));
    assertThatThrownBy(() -> EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(file)))
        .isInstanceOf(EmbeddedMongoException.class)
        .hasMessageContaining(file + " is a file (expected: a folder)");
  }

  @Test
  void damagedFilesAreRefusedAndNotOverwritten() throws Exception {
    Files.writeString(folder.resolve("store.mv"), "no store at all".repeat(1_000));
    assertThatThrownBy(() -> EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder)))
        .isInstanceOf(EmbeddedMongoException.class)
        .hasMessageContaining("cannot be opened: its files are damaged")
        .extracting(Throwable::getMessage)
        .asString()
        .doesNotContain("\n");
    assertThat(folder.resolve("store.mv")).content().startsWith("no store at all");
  }

  @Test
  void portInUseIsRefusedAndTheFolderFreed() {
    try (EmbeddedMongo other = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory())) {
      assertThatThrownBy(
              () ->
                  EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder).withPort(other.port())))
          .isInstanceOf(EmbeddedMongoException.class)
          .hasMessageContaining("Port " + other.port() + " cannot be used");
    }
    EmbeddedMongo.start(EmbeddedMongoOptions.inFolder(folder)).close();
  }

  @Test
  void checkpointsKeepEverythingAndEmptyTheJournal() throws Exception {
    EmbeddedMongoOptions often =
        EmbeddedMongoOptions.inFolder(folder).withCheckpointEvery(Duration.ofMillis(500));
    try (StoreFixture store = StoreFixture.with(often)) {
      for (int i = 0; i < 50; i++) {
        store.collection("c").insertOne(new Document("_id", i));
      }
    }
    try (StoreFixture store = StoreFixture.in(folder)) {
      assertThat(store.collection("c").countDocuments()).isEqualTo(50);
    }
  }

  @Test
  void groupThatWasCutOffEndsTheJournal() throws Exception {
    Path copy = Files.createDirectory(folder.resolve("copy"));
    Path original = Files.createDirectory(folder.resolve("original"));
    try (StoreFixture store = StoreFixture.in(original)) {
      store.collection("c").insertOne(new Document("_id", 1));
      store.collection("c").insertOne(new Document("_id", 2));
      // What a power failure would leave behind: the files as they are now.
      try (var files = Files.list(original)) {
        for (Path file : files.toList()) {
          if (!file.endsWith("store.lock")) {
            Files.copy(file, copy.resolve(file.getFileName()));
          }
        }
      }
    }
    Path journal;
    try (var files = Files.list(copy)) {
      journal =
          files.filter(f -> f.getFileName().toString().startsWith("journal")).findFirst().get();
    }
    byte[] written = Files.readAllBytes(journal);
    int end = written.length;
    while (written[end - 1] == 0) {
      end--;
    }
    try (FileChannel channel = FileChannel.open(journal, StandardOpenOption.WRITE)) {
      channel.truncate(end - 3);
      channel.write(ByteBuffer.wrap(new byte[] {7}), channel.size());
    }
    try (StoreFixture store = StoreFixture.in(copy)) {
      assertThat(store.collection("c").find()).extracting(d -> d.get("_id")).containsExactly(1);
      store.collection("c").insertOne(new Document("_id", 2));
    }
    try (StoreFixture store = StoreFixture.in(copy)) {
      assertThat(store.collection("c").countDocuments()).isEqualTo(2);
    }
  }

  @Test
  void killWhileOpeningAfterAKillLosesNothing() throws Exception {
    byte[] group = {1, 2, 3};
    Path killed = Files.createDirectory(folder.resolve("killed"));
    try (Journal journal = new Journal(folder, 1)) {
      CompletableFuture<Void> durable = new CompletableFuture<>();
      journal.whenSettled(journal.append(group), () -> durable.complete(null));
      durable.get(10, TimeUnit.SECONDS);
      // Now it has room beyond its last group.
      Files.copy(folder.resolve("journal-000000000001"), killed.resolve("journal-000000000001"));
    }
    for (int opening = 1; opening <= 3; opening++) {
      List<ByteBuffer> groups = new ArrayList<>();
      long last = Journal.replay(killed, 1, groups::add);
      assertThat(groups).containsExactly(ByteBuffer.wrap(group));
      assertThat(last).isEqualTo(opening);
      // What opening does next, and never comes to a checkpoint.
      new Journal(killed, last + 1).close();
    }
  }
}
