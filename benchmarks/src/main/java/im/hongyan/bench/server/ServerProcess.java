package im.hongyan.bench.server;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A server in a process of its own, as {@code ./hongyan up} starts it; killed and started again it
 * keeps its ports and its data.
 */
public final class ServerProcess implements AutoCloseable {
  private static final Duration READY_WITHIN = Duration.ofMinutes(2);
  private static final Duration STOP_WITHIN = Duration.ofSeconds(20);
  private static final Duration REST = Duration.ofSeconds(2);
  private static final int REST_SHARE = 10;
  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  private final List<String> up;
  private final Path data;
  private final Path log;
  private final int httpPort;
  private final int mqttPort;
  private final List<String> extra;
  private Process process;

  private ServerProcess(
      List<String> up, Path data, int httpPort, int mqttPort, List<String> extra, Process process) {
    this.up = up;
    this.data = data;
    this.log = data.resolveSibling(data.getFileName() + ".out");
    this.httpPort = httpPort;
    this.mqttPort = mqttPort;
    this.extra = extra;
    this.process = process;
  }

  /**
   * Starts a server and waits until it is ready.
   *
   * @param up the command that starts a server, without options
   * @param data the data folder; need not exist
   * @param extra further options of {@code up}
   * @throws IOException with the server's own words where it does not start
   */
  public static ServerProcess start(List<String> up, Path data, List<String> extra)
      throws IOException, InterruptedException {
    int httpPort = freePort();
    int mqttPort = freePort();
    Process process = launch(up, data, httpPort, mqttPort, extra);
    ServerProcess server = new ServerProcess(up, data, httpPort, mqttPort, extra, process);
    server.awaitReady();
    return server;
  }

  private static Process launch(
      List<String> up, Path data, int httpPort, int mqttPort, List<String> extra)
      throws IOException {
    List<String> command = new ArrayList<>(up);
    command.addAll(
        List.of(
            "--data",
            data.toString(),
            "--port",
            Integer.toString(httpPort),
            "--mqtt-port",
            Integer.toString(mqttPort)));
    command.addAll(extra);
    Path log = data.resolveSibling(data.getFileName() + ".out");
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
        .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
        .start();
  }

  /** Where it listens. */
  public Target target() {
    return Target.of("127.0.0.1:" + mqttPort, "http://127.0.0.1:" + httpPort);
  }

  /** The server's process. */
  public ProcessHandle process() {
    return process.toHandle();
  }

  /** Kills it as {@code kill -9} does, and waits until it is gone. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** Starts it again on the same ports and data, and waits until it is ready. */
  public void startAgain() throws IOException, InterruptedException {
    process = launch(up, data, httpPort, mqttPort, extra);
    awaitReady();
  }

  /** Resident memory in KiB, where the system tells; else 0. */
  public long residentKib() throws IOException {
    Path status = Path.of("/proc/" + process.pid() + "/status");
    if (!Files.exists(status)) {
      return 0;
    }
    Properties lines = new Properties();
    try (InputStream in = Files.newInputStream(status)) {
      lines.load(in);
    }
    String resident = lines.getProperty("VmRSS", "0 kB");
    return Long.parseLong(resident.replace("kB", "").strip());
  }

  /** What its heap keeps after a full collection, which this brings about; in KiB. */
  public long liveHeapKib() throws IOException, InterruptedException {
    return LiveHeap.kib(process.pid());
  }

  /** The processor time that it has used so far; zero where the system does not tell. */
  public Duration processorTime() {
    return process.toHandle().info().totalCpuDuration().orElse(Duration.ZERO);
  }

  /** Waits until it has worked off what it was given: it uses next to no processor time. */
  public void awaitRest() throws InterruptedException {
    Duration before;
    Duration now = processorTime();
    do {
      before = now;
      TimeUnit.NANOSECONDS.sleep(REST.toNanos());
      now = processorTime();
    } while (now.minus(before).multipliedBy(REST_SHARE).compareTo(REST) > 0);
  }

  private void awaitReady() throws IOException, InterruptedException {
    long end = System.nanoTime() + READY_WITHIN.toNanos();
    while (!healthy()) {
      if (!process.isAlive()) {
        throw new IOException("the server ended: " + Files.readString(log).strip());
      }
      if (System.nanoTime() > end) {
        process.destroyForcibly().waitFor();
        throw new IOException(
            "not ready within " + READY_WITHIN + ": " + Files.readString(log).strip());
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  /** Whether {@code GET /health} says that all of it is ready. */
  public boolean healthy() {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), httpPort)) {
      socket.setSoTimeout(5_000);
      socket
          .getOutputStream()
          .write(
              "GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                  .getBytes(StandardCharsets.US_ASCII));
      byte[] answer = socket.getInputStream().readNBytes("HTTP/1.1 200".length());
      return new String(answer, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
    } catch (IOException e) {
      return false;
    }
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  /** Stops it; its data folder is deleted. */
  @Override
  public void close() throws IOException {
    process.destroy();
    try {
      if (!process.waitFor(STOP_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
        process.destroyForcibly().waitFor();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
    Files.deleteIfExists(log);
    if (Files.exists(data)) {
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
          Files.deleteIfExists(file);
        }
      }
    }
  }
}
