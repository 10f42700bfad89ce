package im.hongyan.systemtests.suite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A file system of its own with little room. Needs root to mount it: tests are skipped for others.
 */
public final class SmallDisk implements AutoCloseable {
  private static final int BLOCK = 64 * 1024;

  private final Path folder;

  private SmallDisk(Path folder) {
    this.folder = folder;
  }

  /** One of so many MiB on a folder that does not exist yet. */
  public static SmallDisk on(Path folder, int megabytes) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int code =
        new ProcessBuilder(
                "mount", "-t", "tmpfs", "-o", "size=" + megabytes + "m", "tmpfs", folder.toString())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start()
            .waitFor();
    assumeTrue(code == 0, "mounting a file system needs root");
    return new SmallDisk(folder);
  }

  /** Where it is. */
  public Path folder() {
    return folder;
  }

  /** Somebody else takes all the room that is left. */
  public void fill() throws IOException {
    try (OutputStream ballast = Files.newOutputStream(ballast())) {
      byte[] block = new byte[BLOCK];
      while (Files.getFileStore(folder).getUsableSpace() > 0) {
        ballast.write(block);
      }
    } catch (IOException e) {
      // What an unfinished block needed is not there: as full as it gets.
      if (Files.getFileStore(folder).getUsableSpace() > BLOCK) {
        throw e;
      }
    }
  }

  /** He gives it back. */
  public void free() throws IOException {
    Files.delete(ballast());
  }

  private Path ballast() {
    return folder.resolve("ballast");
  }

  @Override
  public void close() throws IOException {
    try {
      new ProcessBuilder("umount", "--lazy", folder.toString()).start().waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
