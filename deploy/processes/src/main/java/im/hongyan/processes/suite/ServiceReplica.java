package im.hongyan.processes.suite;

import im.hongyan.local.LocalProcess;
import im.hongyan.processes.fault.MovableClock;
import im.hongyan.processes.fault.TcpLink;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One process of a service. */
public final class ServiceReplica implements AutoCloseable {
  private static final Duration LONGEST_START = Duration.ofMinutes(2);
  private static final HttpClient HTTP =
      HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();

  private final Part part;
  private final int number;
  private final int port;
  private final URI health;
  private final Path jar;
  private final Path folder;
  private final Map<String, String> environment;
  private final Links links;
  private final Optional<MovableClock> clock;
  private @Nullable LocalProcess process;

  /**
   * The ways to what a process needs; empty where nothing stands between, or where it has no need.
   *
   * @param amqp to the AMQP broker
   * @param mqtt to the MQTT broker
   * @param store to the document store
   */
  public record Links(Optional<TcpLink> amqp, Optional<TcpLink> mqtt, Optional<TcpLink> store)
      implements AutoCloseable {
    static final Links NONE = new Links(Optional.empty(), Optional.empty(), Optional.empty());

    @Override
    public void close() {
      amqp.ifPresent(TcpLink::close);
      mqtt.ifPresent(TcpLink::close);
      store.ifPresent(TcpLink::close);
    }
  }

  ServiceReplica(
      Part part,
      int number,
      int port,
      URI health,
      Path jar,
      Path folder,
      Map<String, String> environment,
      Links links,
      Optional<MovableClock> clock) {
    this.part = part;
    this.number = number;
    this.port = port;
    this.health = health;
    this.jar = jar;
    this.folder = folder;
    this.environment = new HashMap<>(environment);
    clock.ifPresent(movable -> this.environment.putAll(movable.environment()));
    this.links = links;
    this.clock = clock;
  }

  /** Which service it is. */
  public Part part() {
    return part;
  }

  /** Its port for HTTP. */
  public int port() {
    return port;
  }

  /** Its ways to what it needs. */
  public Links links() {
    return links;
  }

  /** The clock it goes by, where that is one of its own. */
  public Optional<MovableClock> clock() {
    return clock;
  }

  /** Its process, for faults. */
  public LocalProcess process() {
    if (process == null) {
      throw new IllegalStateException(name() + " has not been started");
    }
    return process;
  }

  private String name() {
    return part.module() + "-" + number;
  }

  /** Starts it, again where it has ended, and does not wait. */
  public void launch() {
    process =
        LocalProcess.start(
            name(),
            List.of(
                ServiceJars.java(),
                "-Xms64m",
                "-Xmx" + part.heapMegabytes() + "m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-jar",
                jar.toString()),
            environment,
            folder,
            folder.resolve(name() + ".log"));
  }

  /** Waits until it says that it is ready. */
  public void awaitReady() {
    process().awaitReady(this::isReady, LONGEST_START);
  }

  /** Whether it says that it is ready to serve. */
  public boolean isReady() {
    return says(health.resolve("/actuator/health/readiness"));
  }

  /** Whether it says that it need not be started again. */
  public boolean isLive() {
    return says(health.resolve("/actuator/health/liveness"));
  }

  private static boolean says(URI question) {
    try {
      HttpRequest request = HttpRequest.newBuilder(question).timeout(Duration.ofSeconds(3)).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    if (process != null) {
      process.close();
    }
    links.close();
  }

  @Override
  public String toString() {
    return name();
  }
}
