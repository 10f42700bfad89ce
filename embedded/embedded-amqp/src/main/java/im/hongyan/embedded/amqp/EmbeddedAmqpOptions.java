package im.hongyan.embedded.amqp;

import java.nio.file.Path;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How the embedded broker runs.
 *
 * @param dataFolder where messages are kept; {@code null} keeps them in memory only
 * @param port the TCP port on the loopback address; 0 takes a free one
 * @param user the one user that may log in
 * @param password the user's password
 */
public record EmbeddedAmqpOptions(
    @Nullable Path dataFolder, int port, String user, String password) {
  private static final Pattern CREDENTIAL = Pattern.compile("[A-Za-z0-9._~-]{1,128}");

  public EmbeddedAmqpOptions {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("port: " + port + " (expected: 0 to 65535)");
    }
    if (!CREDENTIAL.matcher(user).matches() || !CREDENTIAL.matcher(password).matches()) {
      throw new IllegalArgumentException(
          "user and password: expected 1-128 characters of A-Z a-z 0-9 . _ ~ -");
    }
  }

  /** A broker that forgets everything when it stops, on a free port. */
  public static EmbeddedAmqpOptions inMemory() {
    return new EmbeddedAmqpOptions(null, 0, "guest", "guest");
  }

  /** A broker that keeps durable messages in a folder, on a free port. */
  public static EmbeddedAmqpOptions inFolder(Path dataFolder) {
    return new EmbeddedAmqpOptions(dataFolder, 0, "guest", "guest");
  }

  /** The same on another port. */
  public EmbeddedAmqpOptions withPort(int otherPort) {
    return new EmbeddedAmqpOptions(dataFolder, otherPort, user, password);
  }

  /** The same with other credentials. */
  public EmbeddedAmqpOptions withCredentials(String otherUser, String otherPassword) {
    return new EmbeddedAmqpOptions(dataFolder, port, otherUser, otherPassword);
  }

  /** Without the password. */
  @Override
  public String toString() {
    return "EmbeddedAmqpOptions[dataFolder="
        + dataFolder
        + ", port="
        + port
        + ", user="
        + user
        + "]";
  }
}
