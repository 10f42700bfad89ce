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
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The write-ahead journal: numbered files of checksummed groups of changes. One thread writes and
 * forces them to disk; whatever is appended while it forces shares the next force.
 *
 * <p>When a write or a force fails, the journal stops for good: what reached the disk is unknown,
 * so nothing may be answered as kept any more.
 */
final class Journal implements AutoCloseable {
  private static final String PREFIX = "journal-";
  private static final int MAGIC = 0x48594A31;
  private static final int GROUP_HEADER = 8;
  private static final int FIRST_BUFFER = 64 * 1024;

  /** What is to happen once everything before a position is on disk. */
  private record Waiter(long position, Consumer<@Nullable IOException> then) {}

  private final Path folder;
  private final Thread writer;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();

  // Guarded by lock.
  private ByteBuffer pending = ByteBuffer.allocate(FIRST_BUFFER);
  private final Deque<Waiter> waiters = new ArrayDeque<>();
  private long appended;
  private long durable;
  private long bytesInFile;
  private boolean closing;
  private @Nullable CompletableFuture<Long> rotation;
  private @Nullable IOException failure;

  // Owned by the writer thread once it runs.
  private ByteBuffer spare = ByteBuffer.allocate(FIRST_BUFFER);
  private long number;
  private FileChannel channel;

  /** Opens a new, empty file of that number. */
  Journal(Path folder, long number) throws IOException {
    this.folder = folder;
    this.number = number;
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
   * Calls {@code then} once everything before {@code position} is on disk, with null, or with the
   * failure because of which it never will be: at once, or later on the journal's thread, which it
   * must not block.
   */
  void whenDurable(long position, Consumer<@Nullable IOException> then) {
    IOException failed;
    lock.lock();
    try {
      failed = failure;
      if (failed == null && durable < position) {
        waiters.add(new Waiter(position, then));
        return;
      }
    } finally {
      lock.unlock();
    }
    then.accept(durable(position) ? null : failed);
  }

  private boolean durable(long position) {
    lock.lock();
    try {
      return durable >= position;
    } finally {
      lock.unlock();
    }
  }

  /** Begins a new file and returns its number, once all that was appended before is on disk. */
  long rotate() throws IOException {
    CompletableFuture<Long> done;
    lock.lock();
    try {
      if (failure != null) {
        throw failure;
      }
      if (rotation == null) {
        rotation = new CompletableFuture<>();
      }
      done = rotation;
      work.signal();
    } finally {
      lock.unlock();
    }
    try {
      return done.join();
    } catch (java.util.concurrent.CompletionException e) {
      throw new IOException("the journal has failed", e.getCause());
    }
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
      ByteBuffer batch;
      long upTo;
      CompletableFuture<Long> rotate;
      lock.lock();
      try {
        while (pending.position() == 0 && rotation == null && !closing) {
          work.awaitUninterruptibly();
        }
        batch = pending;
        pending = spare;
        upTo = appended;
        rotate = rotation;
        rotation = null;
        if (rotate != null) {
          bytesInFile = 0;
        }
        if (batch.position() == 0 && rotate == null) {
          return;
        }
      } finally {
        lock.unlock();
      }
      IOException failed = null;
      try {
        write(batch.flip());
        if (rotate != null) {
          channel.close();
          number++;
          channel = create(number);
        }
      } catch (IOException e) {
        failed = e;
      }
      batch.clear();
      spare = batch.capacity() > 64 * FIRST_BUFFER ? ByteBuffer.allocate(FIRST_BUFFER) : batch;
      List<Waiter> ready = settle(upTo, failed);
      if (rotate != null) {
        if (failed == null) {
          rotate.complete(number);
        } else {
          rotate.completeExceptionally(failed);
        }
      }
      for (Waiter waiter : ready) {
        waiter.then().accept(failed);
      }
      if (failed != null) {
        return;
      }
    }
  }

  private List<Waiter> settle(long upTo, @Nullable IOException failed) {
    List<Waiter> ready = new ArrayList<>();
    lock.lock();
    try {
      if (failed == null) {
        durable = upTo;
      } else {
        failure = failed;
        if (rotation != null) {
          rotation.completeExceptionally(failed);
          rotation = null;
        }
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
    return ready;
  }

  private void write(ByteBuffer bytes) throws IOException {
    if (!bytes.hasRemaining()) {
      return;
    }
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
    channel.force(false);
  }

  private FileChannel create(long newNumber) throws IOException {
    FileChannel created =
        FileChannel.open(
            file(folder, newNumber), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    created.write(ByteBuffer.allocate(4).putInt(MAGIC).flip());
    created.force(true);
    try (FileChannel directory = FileChannel.open(folder, StandardOpenOption.READ)) {
      directory.force(true);
    }
    return created;
  }

  /**
   * Hands the groups of all files from {@code first} on to {@code groups}, in order, and returns
   * the greatest number of a file (at least {@code first - 1}). A group that was cut off by a crash
   * ends the last file.
   *
   * @throws IOException when a file before the last one is damaged
   */
  static long replay(Path folder, long first, Consumer<ByteBuffer> groups) throws IOException {
    List<Long> numbers = numbers(folder).stream().filter(n -> n >= first).sorted().toList();
    for (int i = 0; i < numbers.size(); i++) {
      Path file = file(folder, numbers.get(i));
      if (!replayFile(ByteBuffer.wrap(Files.readAllBytes(file)), groups)
          && i < numbers.size() - 1) {
        throw new IOException("the journal file " + file.getFileName() + " is damaged");
      }
    }
    return numbers.isEmpty() ? first - 1 : numbers.getLast();
  }

  /** Returns whether the file is whole. */
  private static boolean replayFile(ByteBuffer file, Consumer<ByteBuffer> groups) {
    if (file.remaining() < 4 || file.getInt() != MAGIC) {
      return false;
    }
    while (file.remaining() >= GROUP_HEADER) {
      int length = file.getInt();
      int expected = file.getInt();
      if (length <= 0 || length > file.remaining()) {
        return false;
      }
      ByteBuffer group = file.slice(file.position(), length);
      CRC32C checksum = new CRC32C();
      checksum.update(group.duplicate());
      if ((int) checksum.getValue() != expected) {
        return false;
      }
      groups.accept(group);
      file.position(file.position() + length);
    }
    return !file.hasRemaining();
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
