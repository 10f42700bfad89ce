package im.hongyan.embedded.mongo;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/**
 * How a store is opened.
 *
 * @param folder where the data lives, created when missing; empty keeps everything in memory
 * @param port the port on the loopback interface; 0 takes a free one
 * @param cacheMegabytes memory for pages read from disk, in MiB
 * @param checkpointEvery the longest time between two checkpoints; a shorter one makes opening
 *     after a crash faster and writing dearer
 * @param checkpointMegabytes the size of the journal, or of changed pages in memory, that causes a
 *     checkpoint earlier, in MiB; with twice as much changed, commands wait for it
 */
public record EmbeddedMongoOptions(
    Optional<Path> folder,
    int port,
    int cacheMegabytes,
    Duration checkpointEvery,
    int checkpointMegabytes) {
  private static final int DEFAULT_CACHE_MEGABYTES = 32;
  private static final Duration DEFAULT_CHECKPOINT_EVERY = Duration.ofMinutes(1);
  private static final int DEFAULT_CHECKPOINT_MEGABYTES = 64;

  /** Checks the ranges. */
  public EmbeddedMongoOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
    if (cacheMegabytes < 1) {
      throw new IllegalArgumentException(
          "cacheMegabytes: " + cacheMegabytes + " (expected: at least 1)");
    }
    if (checkpointEvery.isNegative() || checkpointEvery.isZero()) {
      throw new IllegalArgumentException(
          "checkpointEvery: " + checkpointEvery + " (expected: more than nothing)");
    }
    if (checkpointMegabytes < 1) {
      throw new IllegalArgumentException(
          "checkpointMegabytes: " + checkpointMegabytes + " (expected: at least 1)");
    }
  }

  /** A store that keeps its data in a folder, on a free port. */
  public static EmbeddedMongoOptions inFolder(Path folder) {
    return new EmbeddedMongoOptions(
        Optional.of(folder),
        0,
        DEFAULT_CACHE_MEGABYTES,
        DEFAULT_CHECKPOINT_EVERY,
        DEFAULT_CHECKPOINT_MEGABYTES);
  }

  /** A store that forgets everything when it is closed, on a free port. */
  public static EmbeddedMongoOptions inMemory() {
    return new EmbeddedMongoOptions(
        Optional.empty(),
        0,
        DEFAULT_CACHE_MEGABYTES,
        DEFAULT_CHECKPOINT_EVERY,
        DEFAULT_CHECKPOINT_MEGABYTES);
  }

  /** The same with another port. */
  public EmbeddedMongoOptions withPort(int newPort) {
    return new EmbeddedMongoOptions(
        folder, newPort, cacheMegabytes, checkpointEvery, checkpointMegabytes);
  }

  /** The same with another page cache, in MiB. */
  public EmbeddedMongoOptions withCacheMegabytes(int megabytes) {
    return new EmbeddedMongoOptions(folder, port, megabytes, checkpointEvery, checkpointMegabytes);
  }

  /** The same with another longest time between two checkpoints. */
  public EmbeddedMongoOptions withCheckpointEvery(Duration every) {
    return new EmbeddedMongoOptions(folder, port, cacheMegabytes, every, checkpointMegabytes);
  }
}
