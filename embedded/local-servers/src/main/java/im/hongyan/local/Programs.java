package im.hongyan.local;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what is installed. */
final class Programs {
  private static final String[] SYSTEM_FOLDERS = {
    "/usr/sbin", "/usr/local/sbin", "/usr/lib/rabbitmq/bin"
  };

  private Programs() {}

  /** An executable of that name on the path, or where Debian puts what is for root. */
  static Optional<Path> find(String name) {
    return Stream.concat(
            Arrays.stream(SYSTEM_FOLDERS),
            Arrays.stream(System.getenv().getOrDefault("PATH", "").split(":")))
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /**
   * The same.
   *
   * @throws IllegalStateException saying what to install
   */
  static Path require(String name, String debianPackage) {
    return find(name)
        .orElseThrow(
            () ->
                new IllegalStateException(
                    "%s is not installed (Debian package %s)".formatted(name, debianPackage)));
  }
}
