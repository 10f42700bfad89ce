package im.hongyan.standalone.command;

import im.hongyan.standalone.HongyanServer;
import im.hongyan.standalone.ServerOptions;
import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code hongyan up}: runs the suite until the process is told to end. */
@Command(
    name = "up",
    description = "Starts everything in one process, with embedded store and brokers.",
    mixinStandardHelpOptions = true)
final class UpCommand implements Callable<Integer> {
  private static final int BROKER_WEB_SOCKET_PORT = 8083;

  @Spec private @Nullable CommandSpec spec;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Folder that keeps everything (default: ${DEFAULT-VALUE}).",
      defaultValue = "data")
  private Path data = Path.of("data");

  @Option(
      names = "--address",
      paramLabel = "IP",
      description = "Interface to listen on (default: all).",
      defaultValue = "0.0.0.0")
  private String address = "";

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port for HTTP and WebSocket, 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--mqtt-port",
      paramLabel = "N",
      description = "Port for MQTT, 0 for any free one (default: ${DEFAULT-VALUE}).",
      defaultValue = "1883")
  private int mqttPort;

  @Option(
      names = "--user-system",
      paramLabel = "URL",
      description = "Your user system, instead of the one for trying.")
  private @Nullable URI userSystem;

  @Option(
      names = "--mongo",
      paramLabel = "URI",
      description = "A MongoDB, instead of the embedded store.")
  private @Nullable URI mongo;

  @Option(
      names = "--amqp",
      paramLabel = "URI",
      description = "A RabbitMQ, instead of the embedded broker.")
  private @Nullable URI amqp;

  @Option(
      names = "--mqtt",
      paramLabel = "HOST:PORT",
      description = "An MQTT broker, instead of the embedded one.")
  private @Nullable String mqtt;

  @Option(
      names = "--mqtt-websocket",
      paramLabel = "URL",
      description = "That broker's WebSocket listener (default: ws://HOST:8083/mqtt).")
  private @Nullable URI mqttWebSocket;

  @Option(
      names = "--set",
      paramLabel = "KEY=VALUE",
      description = "A setting for all services; may be repeated.")
  private Map<String, String> settings = new LinkedHashMap<>();

  @Option(
      names = "--ready-file",
      paramLabel = "FILE",
      description = "Written when ready: ports and process id as JSON.")
  private @Nullable Path readyFile;

  @Option(names = "--train", hidden = true, description = "Chats a little and ends.")
  private boolean train;

  @Override
  public Integer call() throws InterruptedException {
    PrintWriter out = out();
    LogFile.in(data.resolve("log"));
    long begun = System.nanoTime();
    HongyanServer server =
        HongyanServer.start(
            options(),
            (part, after) -> out.printf("  %-24s ready %5.1f s%n", part, seconds(after)));
    if (train) {
      try (server) {
        Rehearsal.of(server.mqttPort());
      }
      return 0;
    }
    CountDownLatch ended = new CountDownLatch(1);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  LastResort.after(Duration.ofSeconds(10));
                  server.close();
                  ended.countDown();
                },
                "stop"));
    tell(out, server, Duration.ofNanos(System.nanoTime() - begun));
    if (readyFile != null) {
      writeReady(readyFile, server);
    }
    ended.await();
    return 0;
  }

  private PrintWriter out() {
    if (spec == null) {
      throw new IllegalStateException("the command runs outside its command line");
    }
    return spec.commandLine().getOut();
  }

  private ServerOptions options() {
    return new ServerOptions(
        data,
        address,
        port,
        mqttPort,
        Optional.ofNullable(userSystem),
        Optional.ofNullable(mongo),
        Optional.ofNullable(amqp),
        Optional.ofNullable(mqtt).map(this::broker),
        settings);
  }

  private ServerOptions.ExternalMqtt broker(String hostAndPort) {
    URI there = URI.create("mqtt://" + hostAndPort);
    if (there.getHost() == null || there.getPort() < 0) {
      throw new StartFailure("--mqtt: %s (expected: HOST:PORT)".formatted(hostAndPort));
    }
    URI webSocket =
        mqttWebSocket == null
            ? URI.create("ws://%s:%d/mqtt".formatted(there.getHost(), BROKER_WEB_SOCKET_PORT))
            : mqttWebSocket;
    return new ServerOptions.ExternalMqtt(there.getHost(), there.getPort(), webSocket);
  }

  private void tell(PrintWriter out, HongyanServer server, Duration after) {
    out.printf("%nHongyan is ready after %.1f s.%n", seconds(after));
    out.printf(
        "  HTTP, WebSocket  http://localhost:%d  (/api/v1, /mqtt, /health)%n", server.port());
    out.printf("  MQTT             localhost:%d%n", server.mqttPort());
    out.printf(
        "  data             %s  (log in log/hongyan.log)%n", data.toAbsolutePath().normalize());
    if (userSystem == null) {
      String where = server.mqttPort() == 1883 ? "" : " --mqtt localhost:" + server.mqttPort();
      out.printf("Try it in two more terminals:%n");
      out.printf("  ./hongyan listen bob%s%n", where);
      out.printf("  ./hongyan send alice bob \"hi\"%s%n", where);
      out.printf(
          "The user system is a demo, for trying only: anybody is let in as anybody with the token%n"
              + "demo-<userId>. Connect yours with --user-system URL.%n");
    }
    out.flush();
  }

  private static void writeReady(Path file, HongyanServer server) {
    String json =
        "{\"http\":%d,\"mqtt\":%d,\"pid\":%d}%n"
            .formatted(server.port(), server.mqttPort(), ProcessHandle.current().pid());
    try {
      Path written = file.resolveSibling(file.getFileName() + ".new");
      Files.writeString(written, json);
      Files.move(written, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new StartFailure("--ready-file %s cannot be written".formatted(file), e);
    }
  }

  private static double seconds(Duration duration) {
    return duration.toMillis() / 1000.0;
  }
}
