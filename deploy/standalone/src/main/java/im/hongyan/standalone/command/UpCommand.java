package im.hongyan.standalone.command;

import im.hongyan.standalone.HongyanServer;
import im.hongyan.standalone.ServerOptions;
import im.hongyan.standalone.data.DataFolder;
import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
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
      converter = OwnAddress.class,
      defaultValue = "0.0.0.0")
  private @Nullable InetAddress address;

  @Option(
      names = "--port",
      paramLabel = "N",
      description = "Port for HTTP and WebSocket, 0 for any free one (default: ${DEFAULT-VALUE}).",
      converter = ListeningPort.class,
      defaultValue = "8080")
  private int port;

  @Option(
      names = "--mqtt-port",
      paramLabel = "N",
      description = "Port for MQTT, 0 for any free one (default: ${DEFAULT-VALUE}).",
      converter = ListeningPort.class,
      defaultValue = "1883")
  private int mqttPort;

  @Option(
      names = "--operator-port",
      paramLabel = "N",
      description = {
        "Port of the loopback interface for metrics (/actuator/prometheus) and health"
            + " (/actuator/health) of all services, 0 for any free one",
        "(default: 9080, or any free one where that is busy)."
      },
      converter = ListeningPort.class)
  private @Nullable Integer operatorPort;

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
      description = "An MQTT broker, instead of the embedded one.",
      converter = HostAndPort.Converter.class)
  private @Nullable HostAndPort mqtt;

  @Option(
      names = "--mqtt-websocket",
      paramLabel = "URL",
      description = "That broker's WebSocket listener (default: ws://HOST:8083/mqtt).")
  private @Nullable URI mqttWebSocket;

  @Option(
      names = "--mqtt-hook",
      paramLabel = "IP:PORT",
      description = {
        "Where that broker asks who may connect, subscribe and publish; what listens there trusts"
            + " whoever reaches it, so keep it off public networks",
        "(default: ${DEFAULT-VALUE})."
      },
      converter = HostAndPort.Converter.class,
      defaultValue = "127.0.0.1:8081")
  private @Nullable HostAndPort mqttHook;

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
    ServerOptions options = options();
    long begun = System.nanoTime();
    // The folder first: the log in it is another's while another has the folder.
    DataFolder folder = DataFolder.take(data);
    LogFile.in(folder.made("log"));
    HongyanServer server =
        HongyanServer.start(
            options,
            folder,
            (part, after) -> out.printf("  %-24s ready %5.1f s%n", part, seconds(after)));
    if (train) {
      try (server) {
        Rehearsal.of(server.mqttPort(), server.port());
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
    return commandLine().getOut();
  }

  private CommandLine commandLine() {
    if (spec == null) {
      throw new IllegalStateException("the command runs outside its command line");
    }
    return spec.commandLine();
  }

  private ServerOptions options() {
    return new ServerOptions(
        data,
        Objects.requireNonNull(address, "picocli gives the default"),
        port,
        mqttPort,
        operatorPort == null ? OptionalInt.empty() : OptionalInt.of(operatorPort),
        url("--user-system", userSystem, "http", "https"),
        url("--mongo", mongo, "mongodb", "mongodb+srv"),
        url("--amqp", amqp, "amqp", "amqps"),
        Optional.ofNullable(mqtt).map(this::broker),
        settings);
  }

  private Optional<URI> url(String option, @Nullable URI given, String... schemes) {
    // A list of hosts, as MongoDB's URIs have it, has no host but an authority.
    if (given != null
        && (given.getRawAuthority() == null || !List.of(schemes).contains(given.getScheme()))) {
      throw wrong(
          option, given.toString(), String.join(":// or ", List.of(schemes)) + "://HOST...");
    }
    return Optional.ofNullable(given);
  }

  private ServerOptions.ExternalMqtt broker(HostAndPort there) {
    HostAndPort hook = Objects.requireNonNull(mqttHook, "picocli gives the default");
    InetSocketAddress asked = new InetSocketAddress(hook.host(), hook.port());
    if (asked.isUnresolved()) {
      throw wrong("--mqtt-hook", hook.host(), "an address of this machine");
    }
    URI webSocket =
        url("--mqtt-websocket", mqttWebSocket, "ws", "wss")
            .orElseGet(
                () ->
                    URI.create("ws://%s:%d/mqtt".formatted(there.host(), BROKER_WEB_SOCKET_PORT)));
    return new ServerOptions.ExternalMqtt(there.host(), there.port(), webSocket, asked);
  }

  private ParameterException wrong(String option, String found, String expected) {
    return new ParameterException(
        commandLine(),
        "Invalid value for option '%s': '%s' (expected: %s)".formatted(option, found, expected));
  }

  private void tell(PrintWriter out, HongyanServer server, Duration after) {
    out.printf("%nHongyan is ready after %.1f s.%n", seconds(after));
    out.printf(
        "  HTTP, WebSocket  http://localhost:%d  (/api/v1, /mqtt, /health)%n", server.port());
    if (mqtt == null) {
      out.printf("  MQTT             localhost:%d%n", server.mqttPort());
    } else {
      tellBroker(out, mqtt);
    }
    out.printf(
        "  for operators    http://localhost:%d  (/actuator/prometheus, /actuator/health)%n",
        server.operatorPort());
    out.printf(
        "  data             %s  (log in log/hongyan.log)%n", data.toAbsolutePath().normalize());
    if (userSystem == null) {
      String where = mqtt == null ? "localhost:" + server.mqttPort() : mqtt.toString();
      where = where.equals("localhost:1883") ? "" : " --mqtt " + where;
      out.printf("Try it in two more terminals:%n");
      out.printf("  ./hongyan listen bob%s%n", where);
      out.printf("  ./hongyan send alice bob \"hi\"%s%n", where);
      out.printf(
          "The user system is a demo, for trying only: anybody is let in as anybody with the token%n"
              + "demo-<userId>. Connect yours with --user-system URL.%n");
    }
    out.flush();
  }

  private void tellBroker(PrintWriter out, HostAndPort broker) {
    out.printf("  MQTT broker      %s; let it ask at http://%s:%n", broker, mqttHook);
    out.printf("    EMQX           /broker/emqx/authentication, /broker/emqx/authorization%n");
    out.printf("    RabbitMQ       /broker/rabbitmq/user, .../vhost, .../resource, .../topic%n");
    out.printf(
        "    Services log in as service:ingest and service:push with a password of this start, which%n"
            + "    is asked for there as well. A broker with accounts of its own:%n"
            + "    --set hongyan.mqtt.username=NAME --set hongyan.mqtt.password=PASSWORD%n");
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
