package im.hongyan.standalone.data;

import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder that holds what must survive; the operating system frees it when the process dies. */
public final class DataFolder implements AutoCloseable {
  private static final long LEAST_FREE_BYTES = 100L << 20;
  private static final String LOCK = "lock";

  private final Path folder;
  private final FileChannel lock;

  private DataFolder(Path folder, FileChannel lock) {
    this.folder = folder;
    this.lock = lock;
  }

  /**
   * Takes the folder for this process; makes it where it is missing.
   *
   * @throws StartFailure when it cannot be written, is nearly full, or another process has it
   */
  public static DataFolder take(Path path) {
    Path folder = path.toAbsolutePath().normalize();
    FileChannel lock = open(folder);
    try {
      if (tryLock(lock) == null) {
        throw new StartFailure(
            "data folder %s is in use by another process%s; stop that one or choose another folder with --data"
                .formatted(folder, holder(folder)));
      }
      requireSpace(folder);
      lock.truncate(0);
      lock.write(
          ByteBuffer.wrap(
              Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)));
      return new DataFolder(folder, lock);
    } catch (IOException e) {
      close(lock);
      throw notWritable(folder, e);
    } catch (StartFailure e) {
      close(lock);
      throw e;
    }
  }

  /** The folder of one part. */
  public Path of(String part) {
    return folder.resolve(part);
  }

  /** A folder that is there, for files that an operator puts into it. */
  public Path made(String part) {
    Path made = of(part);
    try {
      return Files.createDirectories(made);
    } catch (IOException e) {
      throw notWritable(made, e);
    }
  }

  private static FileChannel open(Path folder) {
    try {
      Files.createDirectories(folder);
      return FileChannel.open(
          folder.resolve(LOCK),
          StandardOpenOption.CREATE,
          StandardOpenOption.READ,
          StandardOpenOption.WRITE);
    } catch (IOException e) {
      throw notWritable(folder, e);
    }
  }

  private static @Nullable FileLock tryLock(FileChannel lock) throws IOException {
    try {
      return lock.tryLock();
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  private static String holder(Path folder) {
    try {
      String pid = Files.readString(folder.resolve(LOCK)).strip();
      return pid.isEmpty() ? "" : " (" + pid + ")";
    } catch (IOException e) {
      return "";
    }
  }

  private static void requireSpace(Path folder) throws IOException {
    long free = Files.getFileStore(folder).getUsableSpace();
    if (free < LEAST_FREE_BYTES) {
      throw new StartFailure(
          "data folder %s: %d MB free (expected: at least %d MB)"
              .formatted(folder, free >> 20, LEAST_FREE_BYTES >> 20));
    }
  }

  private static StartFailure notWritable(Path folder, IOException why) {
    return new StartFailure(
        "data folder %s cannot be written (%s); choose another with --data"
            .formatted(folder, why.getClass().getSimpleName()),
        why);
  }

  private static void close(FileChannel lock) {
    try {
      lock.close();
    } catch (IOException e) {
      throw new StartFailure("data folder: its lock cannot be freed", e);
    }
  }

  /** Frees the folder. */
  @Override
  public void close() {
    close(lock);
  }
}
