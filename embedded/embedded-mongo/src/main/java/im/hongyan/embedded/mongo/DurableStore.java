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
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
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
 * <p>What is on disk is always whole commands: a command holds {@link #changing} from its first
 * change of a map until all its changes are appended to the journal, and a checkpoint takes its
 * picture of the maps, and begins a new journal, while no command does. The maps are copied on
 * write, so commands go on while the picture is being written. Nothing but a checkpoint writes
 * maps: MVStore's own commits, by time and by size, are off.
 */
final class DurableStore implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(DurableStore.class);

  private static final String META = "checkpoint";
  private static final String FIRST_JOURNAL = "journal";
  private static final int PAGE_FILL_PERCENT = 70;
  private static final int COMPACTED_BYTES = 16 << 20;
  private static final long MEBIBYTE = 1 << 20;
  private static final long CHECK_MILLIS = 500;

  private final MVStore store;
  private final @Nullable Persistence persistence;

  /** Commands share it; a checkpoint has it alone while it takes its picture of the maps. */
  private final ReentrantReadWriteLock whole = new ReentrantReadWriteLock();

  /** What a store on disk has beyond one in memory. */
  private record Persistence(
      Journal journal,
      FileChannel lockFile,
      MVMap<String, Long> meta,
      long mostChangedBytes,
      ReentrantLock checkpointing,
      ScheduledExecutorService timer) {}

  private DurableStore(MVStore store) {
    this.store = store;
    this.persistence = null;
  }

  private DurableStore(
      MVStore store,
      FileChannel lockFile,
      Path folder,
      EmbeddedMongoOptions options,
      Journal.Creation journalFiles)
      throws IOException {
    this.store = store;
    MVMap<String, Long> meta = store.openMap(META, StoredMap.numbers(this::pictureTaken));
    long first = meta.getOrDefault(FIRST_JOURNAL, 0L);
    long last = Journal.replay(folder, first, group -> Changes.replay(group, this));
    this.persistence =
        new Persistence(
            new Journal(folder, last + 1, journalFiles),
            lockFile,
            meta,
            options.checkpointMegabytes() * MEBIBYTE,
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
    return open(options, Journal.NEW_FILES);
  }

  /** The same with files of the journal made by {@code journalFiles}. */
  static DurableStore open(EmbeddedMongoOptions options, Journal.Creation journalFiles) {
    if (options.folder().isEmpty()) {
      return new DurableStore(
          new MVStore.Builder().autoCommitDisabled().autoCommitBufferSize(0).open());
    }
    Path folder = options.folder().get().toAbsolutePath();
    FileChannel lockFile = lock(folder);
    MVStore store = null;
    try {
      store =
          new MVStore.Builder()
              .fileName(folder.resolve("store.mv").toString())
              .cacheSize(options.cacheMegabytes())
              .autoCommitDisabled()
              .autoCommitBufferSize(0)
              .open();
      return new DurableStore(store, lockFile, folder, options, journalFiles);
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

  /**
   * Held by a command from its first change of a map until its changes are appended, and taken
   * before any other lock; a checkpoint waits for it.
   */
  Lock changing() {
    return whole.readLock();
  }

  /** Why the store can keep nothing any more, or null. */
  @Nullable IOException failure() {
    return persistence == null ? null : persistence.journal().failure();
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

  /** Calls {@code then} once everything changed so far is on disk, or never will be. */
  void whenAllDurable(Runnable then) {
    if (persistence == null) {
      then.run();
      return;
    }
    Journal journal = persistence.journal();
    journal.whenSettled(journal.appended(), then);
  }

  long fileSize() {
    return persistence == null ? 0 : store.getFileStore().size();
  }

  /**
   * Writes all changed pages to disk and deletes the journal before them.
   *
   * @throws EmbeddedMongoException when that fails; the store takes nothing any more
   */
  void checkpoint() {
    if (persistence == null) {
      return;
    }
    Journal journal = persistence.journal();
    persistence.checkpointing().lock();
    try {
      // Marks pages of sparse parts of the file as changed, so that these become free.
      store.compact(PAGE_FILL_PERCENT, COMPACTED_BYTES);
      Journal.Rotation rotation = save(persistence);
      store.sync();
      rotation.await();
      journal.deleteBefore(rotation.number());
    } catch (IOException | MVStoreException | IllegalStateException e) {
      journal.fail(e instanceof IOException known ? known : new IOException(reason(e), e));
      throw new EmbeddedMongoException("The store cannot write to disk: " + reason(e), e);
    } finally {
      persistence.checkpointing().unlock();
    }
  }

  private Journal.Rotation save(Persistence parts) throws IOException {
    whole.writeLock().lock();
    try {
      Journal.Rotation rotation = parts.journal().rotate();
      parts.meta().put(FIRST_JOURNAL, rotation.number());
      store.commit();
      return rotation;
    } finally {
      if (whole.isWriteLockedByCurrentThread()) {
        whole.writeLock().unlock();
      }
    }
  }

  /**
   * Called for the first page that a commit writes: by then it has taken the roots of all maps, and
   * what commands change from now on is not in it. They wait only if changes come in so much faster
   * than they are written that they would fill the memory.
   */
  private void pictureTaken() {
    if (whole.isWriteLockedByCurrentThread()
        && persistence != null
        && store.getUnsavedMemory() < 2 * persistence.mostChangedBytes()) {
      whole.writeLock().unlock();
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
                  if (bytes >= parts.mostChangedBytes()
                      || store.getUnsavedMemory() >= parts.mostChangedBytes()
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
      log.error("A checkpoint failed; the store takes nothing until it is opened again", e);
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
      if (failure() == null) {
        checkpointAndLog();
      }
      if (failure() == null) {
        store.close();
      } else {
        // The maps may have what no journal has.
        store.closeImmediately();
      }
      persistence.journal().close();
    } catch (IOException | MVStoreException e) {
      log.error("Closing the store failed; opening it will replay the journal", e);
    } finally {
      closeQuietly(persistence.lockFile());
    }
  }
}
