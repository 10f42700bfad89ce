package im.hongyan.processes.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The services' executable jars, unpacked once a build: a service starts faster from jars that lie
 * in a folder than from jars in a jar.
 */
final class ServiceJars {
  private final Path home;

  ServiceJars(Path home) {
    this.home = home.toAbsolutePath().normalize();
  }

  /**
   * The jar to start a service with.
   *
   * @throws IllegalStateException saying what to do where it was not built
   */
  Path of(Part part) {
    Path packed = packed(part);
    Path folder = packed.resolveSibling("unpacked");
    Path jar = folder.resolve(packed.getFileName());
    try {
      if (Files.notExists(jar)
          || Files.getLastModifiedTime(jar).compareTo(Files.getLastModifiedTime(packed)) < 0) {
        unpack(packed, folder);
      }
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path packed(Part part) {
    Path target = home.resolve(part.module()).resolve("target");
    try (Stream<Path> files = Files.isDirectory(target) ? Files.list(target) : Stream.empty()) {
      return files
          .filter(file -> file.getFileName().toString().endsWith("-exec.jar"))
          .findFirst()
          .orElseThrow(
              () ->
                  new IllegalStateException(
                      "%s has no jar in %s (mvn package makes it)"
                          .formatted(part.module(), target)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void unpack(Path packed, Path folder) throws IOException {
    List<String> command =
        List.of(
            java(),
            "-XX:TieredStopAtLevel=1",
            "-Djarmode=tools",
            "-jar",
            packed.toString(),
            "extract",
            "--force",
            "--destination",
            folder.toString());
    try {
      int code =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor();
      if (code != 0) {
        throw new IOException(packed + " cannot be unpacked");
      }
      Path jar = folder.resolve(packed.getFileName());
      Files.setLastModifiedTime(jar, Files.getLastModifiedTime(packed));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException(e);
    }
  }

  /** The Java of this process. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }
}
