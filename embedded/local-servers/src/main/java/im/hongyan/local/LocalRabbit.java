package im.hongyan.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A RabbitMQ node of its own folder, ports, node name and Erlang port mapper, beside whatever else
 * runs on the machine. It comes up again on the same folder after it was killed.
 */
public final class LocalRabbit implements AutoCloseable {
  /** The account of the services. */
  public static final String USER = "hongyan";

  private static final String DISK_FREE_LIMIT = "64MB";
  private static final Duration LONGEST_START = Duration.ofSeconds(60);

  private final Options options;
  private LocalProcess process;

  private LocalRabbit(Options options) {
    this.options = options;
    this.process = launch();
  }

  /**
   * The ports of a node, all on the loopback address and different.
   *
   * @param amqp for AMQP 0-9-1
   * @param mqtt for MQTT 3.1.1
   * @param webMqtt for MQTT over WebSocket, path {@code /ws}
   * @param distribution for Erlang's own use
   * @param mapper for Erlang's port mapper
   */
  public record Ports(int amqp, int mqtt, int webMqtt, int distribution, int mapper) {}

  /**
   * How it is started.
   *
   * @param folder where its data are
   * @param ports free ones
   * @param password of the account {@link #USER}
   * @param hook base of the HTTP authorization back end, as in {@code
   *     http://127.0.0.1:8081/broker/rabbitmq}; empty where only {@link #USER} may connect
   */
  public record Options(Path folder, Ports ports, String password, Optional<URI> hook) {}

  /** Whether it is installed here. */
  public static boolean isInstalled() {
    return Programs.find("rabbitmq-server").isPresent();
  }

  /** Starts a node and returns when it accepts connections. */
  public static LocalRabbit start(Options options) {
    return new LocalRabbit(options);
  }

  /** Where AMQP clients connect, with the account {@link #USER}: the default virtual host. */
  public URI uri() {
    return URI.create(
        "amqp://%s:%s@127.0.0.1:%d".formatted(USER, options.password(), options.ports().amqp()));
  }

  /** Where its data are. */
  public Path data() {
    return options.folder().resolve("data");
  }

  /** Its process, for faults. */
  public LocalProcess process() {
    return process;
  }

  /** Starts the node again on its folder and ports after its process has ended. */
  public void startAgain() {
    process = launch();
  }

  /** It takes no messages any more, as when its disk is nearly full: it raises its own alarm. */
  public void fillDisk() {
    control("set_disk_free_limit", "1000000GB");
  }

  /** Its disk has room again. */
  public void freeDisk() {
    control("set_disk_free_limit", DISK_FREE_LIMIT);
  }

  private void control(String... command) {
    Path program = Programs.require("rabbitmqctl", "rabbitmq-server");
    Path real = Path.of("/usr/lib/rabbitmq/bin/rabbitmqctl");
    List<String> line = new ArrayList<>();
    line.add((Files.isExecutable(real) ? real : program).toString());
    line.addAll(List.of(command));
    Path folder = options.folder().toAbsolutePath();
    try {
      ProcessBuilder builder =
          new ProcessBuilder(line)
              .redirectErrorStream(true)
              .redirectOutput(
                  ProcessBuilder.Redirect.appendTo(folder.resolve("control.log").toFile()));
      builder.environment().putAll(environment(folder));
      int code = builder.start().waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "rabbitmqctl %s ended with %d".formatted(String.join(" ", command), code));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private LocalProcess launch() {
    // Debian's program of that name is a wrapper that wants a service account.
    Path program = Programs.require("rabbitmq-server", "rabbitmq-server");
    Path real = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");
    try {
      Path folder = Files.createDirectories(options.folder().toAbsolutePath());
      configure(folder);
      LocalProcess started =
          LocalProcess.start(
              "rabbitmq",
              List.of((Files.isExecutable(real) ? real : program).toString()),
              environment(folder),
              folder,
              folder.resolve("rabbitmq.log"));
      return started.awaitReady(this::isReady, LONGEST_START);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isReady() {
    Ports ports = options.ports();
    return LocalProcess.accepts(ports.amqp())
        && LocalProcess.accepts(ports.mqtt())
        && LocalProcess.accepts(ports.webMqtt());
  }

  private void configure(Path folder) throws IOException {
    Files.writeString(
        folder.resolve("enabled_plugins"),
        "[rabbitmq_mqtt,rabbitmq_web_mqtt,rabbitmq_auth_backend_http,"
            + "rabbitmq_consistent_hash_exchange].\n");
    List<String> lines = new ArrayList<>();
    Ports ports = options.ports();
    lines.add("listeners.tcp.1 = 127.0.0.1:" + ports.amqp());
    lines.add("mqtt.listeners.tcp.1 = 127.0.0.1:" + ports.mqtt());
    lines.add("mqtt.listeners.ssl = none");
    lines.add("mqtt.allow_anonymous = false");
    lines.add("mqtt.vhost = /");
    lines.add("mqtt.exchange = amq.topic");
    lines.add("mqtt.prefetch = 100");
    lines.add("web_mqtt.tcp.ip = 127.0.0.1");
    lines.add("web_mqtt.tcp.port = " + ports.webMqtt());
    lines.add("default_user = " + USER);
    lines.add("default_pass = " + options.password());
    lines.add("loopback_users = none");
    lines.add("vm_memory_high_watermark.absolute = 1GB");
    lines.add("disk_free_limit.absolute = " + DISK_FREE_LIMIT);
    lines.add("log.console = true");
    lines.add("log.console.level = warning");
    lines.add("log.file = false");
    lines.add("auth_backends.1 = internal");
    options
        .hook()
        .ifPresent(
            hook -> {
              lines.add("auth_backends.2 = http");
              lines.add("auth_http.http_method = post");
              for (String question : List.of("user", "vhost", "resource", "topic")) {
                lines.add("auth_http.%s_path = %s/%s".formatted(question, hook, question));
              }
            });
    Files.write(folder.resolve("rabbitmq.conf"), lines);
  }

  private Map<String, String> environment(Path folder) {
    Map<String, String> environment = new HashMap<>();
    environment.put("HOME", folder.toString());
    environment.put("RABBITMQ_NODENAME", "hongyan-" + options.ports().amqp() + "@localhost");
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.resolve("log").toString());
    environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
    environment.put("RABBITMQ_CONF_ENV_FILE", "/dev/null");
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(options.ports().distribution()));
    environment.put("ERL_EPMD_PORT", Integer.toString(options.ports().mapper()));
    environment.put("ERL_EPMD_ADDRESS", "127.0.0.1");
    // Then the script becomes the node, so that a signal reaches it.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
    return environment;
  }

  /** Ends the node and its port mapper. */
  @Override
  public void close() {
    process.close();
    try {
      ProcessBuilder builder =
          new ProcessBuilder(Programs.require("epmd", "erlang-base").toString(), "-kill")
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD);
      builder.environment().put("ERL_EPMD_PORT", Integer.toString(options.ports().mapper()));
      Process mapper = builder.start();
      mapper.waitFor(5, TimeUnit.SECONDS);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
