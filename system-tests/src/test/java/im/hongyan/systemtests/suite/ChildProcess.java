package im.hongyan.systemtests.suite;

import java.nio.file.Path;
import java.util.List;

/** The one-process default in a process of its own, from the classes under test. */
public final class ChildProcess {
  private ChildProcess() {}

  /** The command that starts it, without options. */
  public static List<String> up() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-Xmx512m",
        "-XX:+UseSerialGC",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        "im.hongyan.standalone.command.HongyanMain",
        "up");
  }
}
