package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DurableStoreTest {
  private static final String MAP = StoredMap.documentsName("db", "c");
  private static final Duration NEVER = Duration.ofDays(1);

  @TempDir Path folder;

  @Test
  void checkpointWaitsForTheEndOfACommand() throws Exception {
    try (DurableStore store = open("original")) {
      StoredMap<Long, byte[]> documents = store.documents(MAP);
      Changes changes = new Changes();
      Thread checkpoint = new Thread(store::checkpoint);
      store.changing().lock();
      try {
        changes.putDocument(documents, 1, new byte[] {1});
        checkpoint.start();
        checkpoint.join(TimeUnit.SECONDS.toMillis(1));
        assertThat(checkpoint.isAlive()).isTrue();
        assertThat(documentsOf(copy("original", "half"))).isZero();
        changes.putDocument(documents, 2, new byte[] {2});
        store.append(changes);
      } finally {
        store.changing().unlock();
      }
      checkpoint.join();
      assertThat(documentsOf(copy("original", "whole"))).isEqualTo(2);
    }
  }

  @Test
  void largeCommandIsNotSavedBeforeItIsWhole() throws Exception {
    try (DurableStore store = open("original")) {
      StoredMap<Long, byte[]> documents = store.documents(MAP);
      store.checkpoint();
      Changes changes = new Changes();
      store.changing().lock();
      try {
        // More than MVStore would keep unsaved by itself.
        for (int i = 0; i < 400; i++) {
          changes.putDocument(documents, i, new byte[100_000]);
        }
        assertThat(documentsOf(copy("original", "half"))).isZero();
        store.append(changes);
      } finally {
        store.changing().unlock();
      }
    }
    assertThat(documentsOf(folder.resolve("original"))).isEqualTo(400);
  }

  @Test
  void commandsGoOnWhileACheckpointWrites() throws Exception {
    try (DurableStore store = open("original")) {
      StoredMap<Long, byte[]> documents = store.documents(MAP);
      Changes changes = new Changes();
      // So much that writing it takes a while.
      for (int i = 0; i < 300; i++) {
        changes.putDocument(documents, i, new byte[100_000]);
      }
      store.append(changes);
      long next = 300;
      CompletableFuture<Void> checkpoint = CompletableFuture.runAsync(store::checkpoint);
      while (!checkpoint.isDone()) {
        store.changing().lock();
        try {
          changes.putDocument(documents, next++, new byte[10]);
          store.append(changes);
        } finally {
          store.changing().unlock();
        }
      }
      checkpoint.join();
      CompletableFuture<Void> settled = new CompletableFuture<>();
      store.whenAllDurable(() -> settled.complete(null));
      settled.get(10, TimeUnit.SECONDS);
      assertThat(store.failure()).isNull();
      assertThat(documentsOf(copy("original", "copy"))).isEqualTo(next);
    }
  }

  private DurableStore open(String name) {
    return DurableStore.open(
        EmbeddedMongoOptions.inFolder(folder.resolve(name)).withCheckpointEvery(NEVER));
  }

  /** What a kill at this moment would leave behind. */
  private Path copy(String from, String to) throws Exception {
    Path copy = Files.createDirectory(folder.resolve(to));
    try (Stream<Path> files = Files.list(folder.resolve(from))) {
      for (Path file : files.toList()) {
        if (!file.endsWith("store.lock")) {
          Files.copy(file, copy.resolve(file.getFileName()));
        }
      }
    }
    return copy;
  }

  private static long documentsOf(Path folder) {
    try (DurableStore store =
        DurableStore.open(EmbeddedMongoOptions.inFolder(folder).withCheckpointEvery(NEVER))) {
      return store.documents(MAP).tree().sizeAsLong();
    }
  }
}
