package im.hongyan.embedded.mqtt;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import com.hivemq.extension.sdk.api.packets.disconnect.DisconnectReasonCode;
import com.hivemq.extension.sdk.api.services.session.ClientService;
import im.hongyan.embedded.mqtt.EmbeddedMqttOptions.Endpoint;
import im.hongyan.mqtt.ClientPublisher;
import im.hongyan.mqtt.InboundLink;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A running MQTT broker in this process: MQTT 3.1.1 and 5, over TCP and WebSocket. It keeps nothing
 * over a restart: what clients send is acknowledged only when the handler has made it safe, and
 * what goes to clients is sent again by whoever keeps it.
 *
 * <p>One of them runs in a process at a time: HiveMQ's services are static.
 */
public final class EmbeddedMqtt implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EmbeddedMqtt.class);
  private static final List<String> NOISY =
      List.of("com.hivemq", "jetbrains.exodus", "migrations", "oshi", "event");

  private final EmbeddedHiveMQ broker;
  private final BrokerExtension extension;
  private final EmbeddedInboundLink inbound;
  private final EmbeddedClientPublisher publisher;
  private final Endpoint tcp;
  private final Endpoint webSocket;
  private final @Nullable Path temporaryFolder;

  private EmbeddedMqtt(
      EmbeddedMqttOptions options, Endpoint tcp, Endpoint webSocket, Folders folders) {
    this.tcp = tcp;
    this.webSocket = webSocket;
    this.temporaryFolder = folders.temporary() ? folders.top() : null;
    this.inbound = new EmbeddedInboundLink(options.meters());
    ClientOutlets outlets = new ClientOutlets();
    this.publisher = new EmbeddedClientPublisher(outlets, options.meters());
    this.extension = new BrokerExtension(options, inbound, outlets, publisher);
    this.broker =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(folders.config())
            .withDataFolder(folders.data())
            .withExtensionsFolder(folders.extensions())
            .withoutLoggingBootstrap()
            .withEmbeddedExtension(
                EmbeddedExtension.builder()
                    .withId("hongyan")
                    .withName("Hongyan")
                    .withVersion("1")
                    .withAuthor("Hongyan")
                    .withExtensionMain(extension)
                    .build())
            .build();
  }

  /**
   * Starts a broker and returns when it listens.
   *
   * @throws IllegalStateException with one sentence, when a port is taken or the folder is not
   *     writable
   */
  public static EmbeddedMqtt start(EmbeddedMqttOptions options) {
    quieten();
    Endpoint tcp = free("MQTT", options.tcp());
    Endpoint webSocket = free("MQTT over WebSocket", options.webSocket());
    Folders folders = Folders.of(options.dataFolder());
    try {
      BrokerConfig.write(folders.config(), tcp, webSocket, options.limits());
    } catch (IOException e) {
      throw new IllegalStateException("MQTT broker: cannot write into " + folders.top(), e);
    }
    EmbeddedMqtt embedded = new EmbeddedMqtt(options, tcp, webSocket, folders);
    await(embedded.broker.start(), "MQTT broker: did not start");
    log.info("MQTT broker: listening on {} and, for WebSocket, on {}", tcp, webSocket);
    return embedded;
  }

  /** What clients send; there when the options say {@code TO_HANDLER}. */
  public InboundLink inboundLink() {
    return inbound;
  }

  /** Publishes to clients. */
  public ClientPublisher clientPublisher() {
    return publisher;
  }

  /** Where it listens for MQTT over TCP. */
  public Endpoint tcp() {
    return tcp;
  }

  /** Where it listens for MQTT over WebSocket. */
  public Endpoint webSocket() {
    return webSocket;
  }

  /**
   * Ends a client's connection, for one whose token is no longer good; its will is void.
   *
   * @return completes when it is gone, with whether there was one
   */
  public CompletionStage<Boolean> disconnect(String clientId, String reason) {
    ClientService clients = extension.clients();
    if (clients == null) {
      return CompletableFuture.completedFuture(false);
    }
    return clients.disconnectClient(
        clientId, true, DisconnectReasonCode.ADMINISTRATIVE_ACTION, reason);
  }

  /** Stops the broker; takes some seconds. Clients that had no acknowledgement send again. */
  @Override
  public void close() {
    inbound.close();
    publisher.close();
    await(broker.stop(), "MQTT broker: did not stop");
    if (temporaryFolder != null) {
      Folders.delete(temporaryFolder);
    }
  }

  /** HiveMQ reports a busy port only in its log, so it is tried first. */
  private static Endpoint free(String what, Endpoint wanted) {
    try (ServerSocket probe =
        new ServerSocket(wanted.port(), 1, InetAddress.getByName(wanted.address()))) {
      return new Endpoint(wanted.address(), probe.getLocalPort());
    } catch (IOException e) {
      throw new IllegalStateException(
          "%s: cannot listen on %s port %d (%s); stop what uses it or choose another port"
              .formatted(what, wanted.address(), wanted.port(), e.getMessage()),
          e);
    }
  }

  private static void await(CompletableFuture<Void> step, String problem) {
    try {
      step.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(problem + " (" + e.getCause() + ")", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(problem + " (interrupted)", e);
    }
  }

  /** HiveMQ greets with dozens of lines; whoever configures a level for it gets that. */
  private static void quieten() {
    ILoggerFactory loggers = LoggerFactory.getILoggerFactory();
    if (loggers instanceof LoggerContext logback) {
      for (String name : NOISY) {
        ch.qos.logback.classic.Logger logger = logback.getLogger(name);
        if (logger.getLevel() == null) {
          logger.setLevel(Level.WARN);
        }
      }
    }
  }

  /** The folders HiveMQ wants to have. */
  private record Folders(Path top, boolean temporary) {
    static Folders of(@Nullable Path wanted) {
      try {
        Folders folders =
            new Folders(
                wanted == null ? Files.createTempDirectory("hongyan-mqtt") : wanted,
                wanted == null);
        Files.createDirectories(folders.config());
        Files.createDirectories(folders.data());
        Files.createDirectories(folders.extensions());
        return folders;
      } catch (IOException e) {
        throw new IllegalStateException("MQTT broker: cannot make its folder " + wanted, e);
      }
    }

    Path config() {
      return top.resolve("conf");
    }

    Path data() {
      return top.resolve("data");
    }

    Path extensions() {
      return top.resolve("extensions");
    }

    static void delete(Path folder) {
      try (Stream<Path> inside = Files.walk(folder)) {
        inside.sorted(Comparator.reverseOrder()).forEach(Folders::deleteOne);
      } catch (IOException | UncheckedIOException e) {
        log.debug("MQTT broker: left something in {}", folder, e);
      }
    }

    private static void deleteOne(Path path) {
      try {
        Files.deleteIfExists(path);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
