package im.hongyan.embedded.mongo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The write-ahead journal: numbered files of checksummed groups of changes. One thread writes and
 * forces them to disk; whatever is appended while it forces shares the next force.
 *
 * <p>When a write or a force fails, the journal stops for good: what reached the disk is unknown,
 * so nothing may be answered as kept any more, nor what has been written since be shown.
 */
final class Journal implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Journal.class);

  private static final String PREFIX = "journal-";
  private static final int MAGIC = 0x48594A31;
  private static final int GROUP_HEADER = 8;
  private static final int FIRST_BUFFER = 64 * 1024;
  private static final int ALLOCATED_AT_ONCE = 1 << 20;

  /** How a file is made; it does not exist yet. */
  interface Creation {
    FileChannel create(Path file) throws IOException;
  }

  /** Files as they come. */
  static final Creation NEW_FILES =
      file -> FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);

  /** What is to happen once everything before a position is on disk. */
  private record Waiter(long position, Runnable then) {}

  /** What was appended before a new file began, and the new file. */
  private record Turn(ByteBuffer before, long position, Rotation rotation) {}

  /**
   * The beginning of a new file.
   *
   * @param number the file's number
   * @param begun completed when all that was appended before is on disk and the file is there
   */
  record Rotation(long number, CompletableFuture<Void> begun) {
    /** Waits for that. */
    void await() throws IOException {
      try {
        begun.join();
      } catch (CompletionException e) {
        throw new IOException("the journal has failed", e.getCause());
      }
    }
  }

  private final Path folder;
  private final Creation creation;
  private final Thread writer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();

  // Guarded by lock.
  private ByteBuffer pending = ByteBuffer.allocate(FIRST_BUFFER);
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private long appended;
  private long durable;
  private long bytesInFile;
  private long newestFile;
  private boolean closing;
  private @Nullable Turn turn;
  private volatile @Nullable IOException failure;

  // Owned by the writer thread once it runs.
  private ByteBuffer spare = ByteBuffer.allocate(FIRST_BUFFER);
  private FileChannel channel;
  private long position;
  private long allocated;

  /** Opens a new, empty file of that number. */
  Journal(Path folder, long number) throws IOException {
    this(folder, number, NEW_FILES);
  }

  /** The same with files made by {@code creation}. */
  Journal(Path folder, long number, Creation creation) throws IOException {
    this.folder = folder;
    this.creation = creation;
    this.newestFile = number;
    this.channel = create(number);
    this.writer = Thread.ofPlatform().name("embedded-mongo-journal").daemon().unstarted(this::run);
    writer.start();
  }

  /**
   * Adds a group and returns the position after it; the group is on disk once that is durable.
   *
   * @throws UncheckedIOException when the journal has failed before
   */
  long append(byte[] group) {
    CRC32C checksum = new CRC32C();
    checksum.update(group);
    lock.lock();
    try {
      if (failure != null) {
        throw new UncheckedIOException(failure);
      }
      room(GROUP_HEADER + group.length);
      pending.putInt(group.length).putInt((int) checksum.getValue()).put(group);
      appended += GROUP_HEADER + group.length;
      bytesInFile += GROUP_HEADER + group.length;
      work.signal();
      return appended;
    } finally {
      lock.unlock();
    }
  }

  /** The position after all that has been appended. */
  long appended() {
    lock.lock();
    try {
      return appended;
    } finally {
      lock.unlock();
    }
  }

  /** Bytes appended since the last rotation. */
  long bytesInFile() {
    lock.lock();
    try {
      return bytesInFile;
    } finally {
      lock.unlock();
    }
  }

  /**
   * Calls {@code then} once everything before {@code position} is on disk, or never will be because
   * of the {@link #failure}: at once, or later on the journal's thread, which it must not block.
   */
  void whenSettled(long position, Runnable then) {
    lock.lock();
    try {
      if (failure == null && durable < position) {
        waiters.add(new Waiter(position, then));
        return;
      }
    } finally {
      lock.unlock();
    }
    then.run();
  }

  /**
   * Lets all that is appended from now on go to a new file. Waits for nothing; the one before must
   * have begun.
   */
  Rotation rotate() throws IOException {
    lock.lock();
    try {
      if (failure != null) {
        throw failure;
      }
      if (turn != null) {
        throw new IllegalStateException("the file " + newestFile + " has not begun yet");
      }
      newestFile++;
      Rotation rotation = new Rotation(newestFile, new CompletableFuture<>());
      turn = new Turn(pending, appended, rotation);
      pending = ByteBuffer.allocate(FIRST_BUFFER);
      bytesInFile = 0;
      work.signal();
      return rotation;
    } finally {
      lock.unlock();
    }
  }

  /** Why nothing can be kept any more; null while all is well. */
  @Nullable IOException failure() {
    return failure;
  }

  /** Stops for good, as after a write that failed. */
  void fail(IOException cause) {
    settle(0, cause);
  }

  /** Deletes the files before that number. */
  void deleteBefore(long first) throws IOException {
    for (long old : numbers(folder)) {
      if (old < first) {
        Files.deleteIfExists(file(folder, old));
      }
    }
  }

  /** Writes what is left and ends the thread. */
  @Override
  public void close() throws IOException {
    lock.lock();
    try {
      closing = true;
      work.signal();
    } finally {
      lock.unlock();
    }
    try {
      writer.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    channel.close();
  }

  private void room(int bytes) {
    if (pending.remaining() < bytes) {
      ByteBuffer larger =
          ByteBuffer.allocate(Math.max(pending.capacity() * 2, pending.position() + bytes));
      pending = larger.put(pending.flip());
    }
  }

  private void run() {
    while (true) {
      Turn turned;
      ByteBuffer batch;
      long upTo;
      lock.lock();
      try {
        while (pending.position() == 0 && turn == null && !closing && failure == null) {
          work.awaitUninterruptibly();
        }
        turned = turn;
        turn = null;
        batch = pending;
        pending = spare;
        upTo = appended;
        if (failure != null || (batch.position() == 0 && turned == null)) {
          return;
        }
      } finally {
        lock.unlock();
      }
      try {
        if (turned != null) {
          begin(turned);
        }
        write(batch.flip());
      } catch (Throwable e) {
        // Whatever it is: a writer that ends without a word would leave all writes hanging.
        IOException failed = e instanceof IOException known ? known : new IOException(e);
        if (turned != null) {
          turned.rotation().begun().completeExceptionally(failed);
        }
        settle(0, failed);
        return;
      }
      batch.clear();
      spare = batch.capacity() > 64 * FIRST_BUFFER ? ByteBuffer.allocate(FIRST_BUFFER) : batch;
      settle(upTo, null);
    }
  }

  private void begin(Turn turned) throws IOException {
    write(turned.before().flip());
    settle(turned.position(), null);
    channel.truncate(position);
    channel.force(true);
    channel.close();
    channel = create(turned.rotation().number());
    turned.rotation().begun().complete(null);
  }

  /** Tells those who wait for that position, or all when the journal has failed. */
  private void settle(long upTo, @Nullable IOException failed) {
    List<Waiter> ready = new ArrayList<>();
    lock.lock();
    try {
      if (failed == null) {
        durable = upTo;
      } else {
        if (failure == null) {
          failure = failed;
        }
        if (turn != null) {
          turn.rotation().begun().completeExceptionally(failed);
          turn = null;
        }
        work.signal();
      }
      waiters.removeIf(
          waiter -> {
            boolean settled = failed != null || waiter.position() <= upTo;
            if (settled) {
              ready.add(waiter);
            }
            return settled;
          });
    } finally {
      lock.unlock();
    }
    for (Waiter waiter : ready) {
      try {
        waiter.then().run();
      } catch (RuntimeException e) {
        log.error("A command was carried out but its answer could not be sent", e);
      }
    }
  }

  private void write(ByteBuffer bytes) throws IOException {
    if (!bytes.hasRemaining()) {
      return;
    }
    // Inside of what the file has already, a force need not write the file's new length as well.
    while (position + bytes.remaining() > allocated) {
      allocated += channel.write(ByteBuffer.allocate(ALLOCATED_AT_ONCE), allocated);
    }
    while (bytes.hasRemaining()) {
      position += channel.write(bytes, position);
    }
    channel.force(false);
  }

  private FileChannel create(long newNumber) throws IOException {
    FileChannel created = creation.create(file(folder, newNumber));
    position = created.write(ByteBuffer.allocate(4).putInt(MAGIC).flip());
    allocated = position;
    created.force(true);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
    return created;
  }

  /**
   * Hands the groups of all files from {@code first} on to {@code groups}, in order, and returns
   * the greatest number of a file (at least {@code first - 1}). What a crash left after the last
   * whole group, zeroes or a group that was cut off, ends the last file and is removed from it: it
   * will not be the last one any more.
   *
   * @throws IOException when a file before the last one is damaged
   */
  static long replay(Path folder, long first, Consumer<ByteBuffer> groups) throws IOException {
    List<Long> numbers = numbers(folder).stream().filter(n -> n >= first).sorted().toList();
    for (int i = 0; i < numbers.size(); i++) {
      Path file = file(folder, numbers.get(i));
      ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
      int end = replayFile(bytes, groups);
      if (end < bytes.limit()) {
        if (i < numbers.size() - 1) {
          throw new IOException("the journal file " + file.getFileName() + " is damaged");
        }
        cut(file, end);
      }
    }
    return numbers.isEmpty() ? first - 1 : numbers.getLast();
  }

  /** Returns the end of the last whole group. */
  private static int replayFile(ByteBuffer file, Consumer<ByteBuffer> groups) {
    if (file.remaining() < 4 || file.getInt() != MAGIC) {
      return 0;
    }
    while (file.remaining() >= GROUP_HEADER) {
      int end = file.position();
      int length = file.getInt();
      int expected = file.getInt();
      if (length <= 0 || length > file.remaining()) {
        return end;
      }
      ByteBuffer group = file.slice(file.position(), length);
      CRC32C checksum = new CRC32C();
      checksum.update(group.duplicate());
      if ((int) checksum.getValue() != expected) {
        return end;
      }
      groups.accept(group);
      file.position(file.position() + length);
    }
    return file.position();
  }

  private static void cut(Path file, int end) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      channel.truncate(end);
      channel.force(true);
    }
  }

  private static List<Long> numbers(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.startsWith(PREFIX))
          .map(name -> Long.parseLong(name.substring(PREFIX.length())))
          .toList();
    }
  }

  private static Path file(Path folder, long number) {
    return folder.resolve(PREFIX + String.format("%012d", number));
  }
}
