package im.hongyan.embedded.mongo;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.MVStoreException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ordered maps that survive a crash. Changes go to the maps in memory and to the journal; a
 * checkpoint writes the maps' changed pages to one file now and then, after which the journal
 * before it is deleted. Opening replays the journal since the last checkpoint.
 *
 * <p>A checkpoint may catch a command half way. That does no harm: a command's changes are appended
 * to the journal after all of them are in the maps, so whatever a checkpoint caught half is in the
 * journal after it, and replaying is idempotent.
 */
final class DurableStore implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DurableStore.class);

  private static final String META = "meta";
  private static final String FIRST_JOURNAL = "journal";
  private static final int PAGE_FILL_PERCENT = 70;
  private static final long MEBIBYTE = 1 << 20;
  private static final long CHECK_MILLIS = 500;

  private final MVStore store;
  private final @Nullable Persistence persistence;

  /** What a store on disk has beyond one in memory. */
  private record Persistence(
      Journal journal,
      FileChannel lockFile,
      MVMap<String, Long> meta,
      ReentrantLock checkpointing,
      ScheduledExecutorService timer) {}

  private DurableStore(MVStore store) {
    this.store = store;
    this.persistence = null;
  }

  private DurableStore(
      MVStore store, FileChannel lockFile, Path folder, EmbeddedMongoOptions options)
      throws IOException {
    this.store = store;
    MVMap<String, Long> meta = store.openMap(META);
    long first = meta.getOrDefault(FIRST_JOURNAL, 0L);
    long last = Journal.replay(folder, first, group -> Changes.replay(group, this));
    this.persistence =
        new Persistence(
            new Journal(folder, last + 1),
            lockFile,
            meta,
            new ReentrantLock(),
            new ScheduledThreadPoolExecutor(
                1, Thread.ofPlatform().name("embedded-mongo-checkpoint").daemon().factory()));
    if (last >= first) {
      checkpoint();
    }
    schedule(persistence, options);
  }

  /**
   * Opens the store that the options name.
   *
   * @throws EmbeddedMongoException when that is impossible, with one sentence why
   */
  static DurableStore open(EmbeddedMongoOptions options) {
    if (options.folder().isEmpty()) {
      return new DurableStore(new MVStore.Builder().autoCommitDisabled().open());
    }
    Path folder = options.folder().get().toAbsolutePath();
    FileChannel lockFile = lock(folder);
    MVStore store = null;
    try {
      store =
          new MVStore.Builder()
              .fileName(folder.resolve("store.mv").toString())
              .cacheSize(options.cacheMegabytes())
              .autoCompactFillRate(PAGE_FILL_PERCENT)
              .open();
      store.setAutoCommitDelay(Math.toIntExact(options.checkpointEvery().toMillis()));
      return new DurableStore(store, lockFile, folder, options);
    } catch (MVStoreException | IOException | IllegalStateException e) {
      if (store != null) {
        store.closeImmediately();
      }
      closeQuietly(lockFile);
      throw new EmbeddedMongoException(
          "The data folder " + folder + " cannot be opened: " + reason(e) + ".", e);
    }
  }

  private static String reason(Exception e) {
    String message = String.valueOf(e.getMessage());
    boolean damaged = e instanceof MVStoreException || e instanceof IllegalStateException;
    return (damaged ? "its files are damaged (" + message + ")" : message).replaceAll("\\s+", " ");
  }

  private static FileChannel lock(Path folder) {
    FileChannel lockFile = null;
    try {
      Files.createDirectories(folder);
      lockFile =
          FileChannel.open(
              folder.resolve("store.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = lockFile.tryLock();
      if (lock != null) {
        return lockFile;
      }
    } catch (OverlappingFileLockException e) {
      log.debug("the lock is held in this process", e);
    } catch (AccessDeniedException e) {
      throw new EmbeddedMongoException("The data folder " + folder + " is not writable.", e);
    } catch (FileAlreadyExistsException e) {
      throw new EmbeddedMongoException(
          "The data folder " + folder + " is a file (expected: a folder).", e);
    } catch (IOException e) {
      throw new EmbeddedMongoException(
          "The data folder " + folder + " cannot be used: " + e.getMessage() + ".", e);
    }
    closeQuietly(lockFile);
    throw new EmbeddedMongoException(
        "The data folder " + folder + " is in use by another process.", null);
  }

  private static void closeQuietly(@Nullable FileChannel channel) {
    try {
      if (channel != null) {
        channel.close();
      }
    } catch (IOException e) {
      log.debug("closing failed", e);
    }
  }

  StoredMap<Long, byte[]> documents(String name) {
    return new StoredMap<>(name, store.openMap(name, StoredMap.documents()));
  }

  StoredMap<byte[], Long> keys(String name) {
    return new StoredMap<>(name, store.openMap(name, StoredMap.keys()));
  }

  Set<String> mapNames() {
    return store.getMapNames();
  }

  /** Removes a map, if there is one; the caller records that in its changes. */
  void remove(String name) {
    if (store.hasMap(name)) {
      // A map that is not open yet can only be removed once it is, with its own types.
      if (StoredMap.isKeys(name)) {
        keys(name);
      } else {
        documents(name);
      }
      store.removeMap(name);
    }
  }

  /** Hands a command's changes to the journal and empties them. */
  void append(Changes changes) {
    if (changes.isEmpty()) {
      return;
    }
    byte[] bytes = changes.takeBytes();
    if (persistence != null) {
      persistence.journal().append(bytes);
    }
  }

  /** Calls {@code then} once everything changed so far is on disk, or with why it cannot be. */
  void whenAllDurable(Consumer<@Nullable IOException> then) {
    if (persistence == null) {
      then.accept(null);
      return;
    }
    Journal journal = persistence.journal();
    journal.whenDurable(journal.appended(), then);
  }

  long fileSize() {
    return persistence == null ? 0 : store.getFileStore().size();
  }

  /** Writes all changed pages to disk and deletes the journal before them. */
  void checkpoint() {
    if (persistence == null) {
      return;
    }
    persistence.checkpointing().lock();
    try {
      long number = persistence.journal().rotate();
      persistence.meta().put(FIRST_JOURNAL, number);
      store.commit();
      store.sync();
      persistence.journal().deleteBefore(number);
    } catch (IOException e) {
      throw new EmbeddedMongoException("The store cannot write to disk: " + e.getMessage(), e);
    } finally {
      persistence.checkpointing().unlock();
    }
  }

  private void schedule(Persistence parts, EmbeddedMongoOptions options) {
    long everyChecks = Math.max(1, options.checkpointEvery().toMillis() / CHECK_MILLIS);
    long[] checks = {0};
    ScheduledFuture<?> _ =
        parts
            .timer()
            .scheduleWithFixedDelay(
                () -> {
                  checks[0]++;
                  long bytes = parts.journal().bytesInFile();
                  if (bytes >= options.checkpointMegabytes() * MEBIBYTE
                      || (bytes > 0 && checks[0] >= everyChecks)) {
                    checks[0] = 0;
                    checkpointAndLog();
                  }
                },
                CHECK_MILLIS,
                CHECK_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private void checkpointAndLog() {
    try {
      checkpoint();
    } catch (RuntimeException e) {
      log.error("A checkpoint failed; the journal keeps what it would have written", e);
    }
  }

  @Override
  public void close() {
    if (persistence == null) {
      store.closeImmediately();
      return;
    }
    // Never interrupted: an interrupt while it writes would close the file under it.
    persistence.timer().close();
    try {
      if (!store.isClosed()) {
        checkpointAndLog();
        store.close();
      }
      persistence.journal().close();
    } catch (IOException | MVStoreException e) {
      log.error("Closing the store failed; opening it will replay the journal", e);
    } finally {
      closeQuietly(persistence.lockFile());
    }
  }
}
