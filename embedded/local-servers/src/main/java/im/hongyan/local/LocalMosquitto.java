package im.hongyan.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A mosquitto of its own folder and ports. Clients are held to the topics of their user name;
 * mosquitto cannot ask anybody for their tokens, so it is for trials and tests. Services have a
 * port of their own, with a password.
 */
public final class LocalMosquitto implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofSeconds(20);

  private final Options options;
  private LocalProcess process;

  private LocalMosquitto(Options options) {
    this.options = options;
    this.process = launch();
  }

  /**
   * How it is started.
   *
   * @param folder where its files are
   * @param port for MQTT clients
   * @param webSocketPort for MQTT clients over WebSocket
   * @param servicePort for services, which may use all topics
   * @param accounts of the services
   * @param password of the services
   */
  public record Options(
      Path folder,
      int port,
      int webSocketPort,
      int servicePort,
      List<String> accounts,
      String password) {}

  /** Whether it is installed here. */
  public static boolean isInstalled() {
    return Programs.find("mosquitto").isPresent();
  }

  /** Starts it and returns when it accepts connections. */
  public static LocalMosquitto start(Options options) {
    return new LocalMosquitto(options);
  }

  /** Its process, for faults. */
  public LocalProcess process() {
    return process;
  }

  /** Starts it again on the same ports after its process has ended. */
  public void startAgain() {
    process = launch();
  }

  private LocalProcess launch() {
    Path program = Programs.require("mosquitto", "mosquitto");
    try {
      Path folder = Files.createDirectories(options.folder().toAbsolutePath());
      Path acl = folder.resolve("clients.acl");
      Files.writeString(
          acl,
          """
          pattern read /root/client/%u
          pattern write /root/server/%u
          """);
      Path passwords = passwords(folder);
      Path configuration = folder.resolve("mosquitto.conf");
      Files.writeString(
          configuration,
          """
          per_listener_settings true
          persistence false
          set_tcp_nodelay true
          max_queued_messages 100000
          max_inflight_messages 200
          log_dest stdout
          log_type error
          log_type warning
          user root

          listener %1$d 127.0.0.1
          allow_anonymous true
          acl_file %4$s

          listener %2$d 127.0.0.1
          protocol websockets
          allow_anonymous true
          acl_file %4$s

          listener %3$d 127.0.0.1
          allow_anonymous false
          password_file %5$s
          """
              .formatted(
                  options.port(), options.webSocketPort(), options.servicePort(), acl, passwords));
      return LocalProcess.start(
              "mosquitto",
              List.of(program.toString(), "-c", configuration.toString()),
              Map.of(),
              folder,
              folder.resolve("mosquitto.log"))
          .awaitReady(
              () ->
                  LocalProcess.accepts(options.port())
                      && LocalProcess.accepts(options.servicePort()),
              LONGEST_START);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The services' accounts; mosquitto's own tool writes them, hashed. */
  private Path passwords(Path folder) throws IOException {
    Path file = folder.resolve("passwords");
    Files.deleteIfExists(file);
    String tool = Programs.require("mosquitto_passwd", "mosquitto").toString();
    String create = "-c";
    for (String account : options.accounts()) {
      List<String> command =
          Stream.of(tool, create, "-b", file.toString(), account, options.password())
              .filter(part -> !part.isEmpty())
              .toList();
      try {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
          throw new IOException("mosquitto_passwd: " + said.strip());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException(e);
      }
      create = "";
    }
    return file;
  }

  @Override
  public void close() {
    process.close();
  }
}
