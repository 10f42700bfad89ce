package im.hongyan.processes.fault;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The wall clock of one process, which can be turned while it runs: libfaketime between the process
 * and the system. The clock that only counts on is left alone, as it is where an operator or NTP
 * sets a machine's clock.
 */
public final class MovableClock {
  private static final List<Path> LIBRARIES =
      List.of(
          Path.of("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/aarch64-linux-gnu/faketime/libfaketimeMT.so.1"),
          Path.of("/usr/lib/faketime/libfaketimeMT.so.1"));

  /** Processes look at their file no more often than that. */
  private static final int LOOK_EVERY_SECONDS = 1;

  private final Path file;

  /** A clock that goes right; {@code file} holds by how much it does not. */
  public MovableClock(Path file) {
    this.file = file.toAbsolutePath();
    turn(Duration.ZERO);
  }

  /** Whether clocks can be moved here. */
  public static boolean isInstalled() {
    return library().isPresent();
  }

  private static Optional<Path> library() {
    return LIBRARIES.stream().filter(Files::exists).findFirst();
  }

  /** It is wrong by so much from within a second on; zero is right. */
  public void turn(Duration by) {
    try {
      Path next = Files.writeString(file.resolveSibling(file.getFileName() + ".new"), offset(by));
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String offset(Duration by) {
    return "%+d\n".formatted(by.toSeconds());
  }

  /** What a process needs in its environment to go by this clock. */
  public Map<String, String> environment() {
    Path library =
        library().orElseThrow(() -> new IllegalStateException("libfaketime is not installed"));
    return Map.of(
        "LD_PRELOAD", library.toString(),
        "FAKETIME_TIMESTAMP_FILE", file.toString(),
        "FAKETIME_CACHE_DURATION", Integer.toString(LOOK_EVERY_SECONDS),
        "DONT_FAKE_MONOTONIC", "1",
        // Else it takes a JVM's timed waits, which go by that clock, for ones that are over.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0");
  }
}
