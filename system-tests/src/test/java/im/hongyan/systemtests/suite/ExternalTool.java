package im.hongyan.systemtests.suite;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.testcontainers.DockerClientFactory;

/**
 * Programs that are no part of the project: a test that needs one is skipped where it is missing,
 * and fails where {@value #REQUIRED} says so: a build that installs them must not be green without.
 */
public final class ExternalTool {
  /** The variable of the environment that, with {@code true}, makes a missing program a failure. */
  static final String REQUIRED = "HONGYAN_TOOLS_REQUIRED";

  private ExternalTool() {}

  /** Skips the test, and says what to install, where {@code program} is not on the path. */
  public static void needs(String program, String debianPackage) {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(":"))
            .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    needs(there, program, debianPackage);
  }

  /** The same, where somebody has looked already. */
  public static void needs(boolean there, String program, String debianPackage) {
    require(there, program + " is not installed (Debian package " + debianPackage + ")");
  }

  /** Skips the test where no Docker answers. */
  static void needsDocker() {
    require(DockerClientFactory.instance().isDockerAvailable(), "no Docker on this machine");
  }

  /** Skips the test where the npm packages of the foreign clients are not installed. */
  public static Path javaScript(String script) throws IOException {
    needs("node", "nodejs");
    Path folder = Path.of("src/test/js").toRealPath();
    require(
        Files.isDirectory(folder.resolve("node_modules/mqtt")),
        "the npm packages are not installed (npm install --prefix system-tests/src/test/js)");
    return folder.resolve(script);
  }

  private static void require(boolean there, String otherwise) {
    require(there, otherwise, Boolean.parseBoolean(System.getenv(REQUIRED)));
  }

  static void require(boolean there, String otherwise, boolean required) {
    if (required && !there) {
      throw new AssertionError(otherwise + ", which " + REQUIRED + " asks for");
    }
    assumeTrue(there, otherwise);
  }
}
