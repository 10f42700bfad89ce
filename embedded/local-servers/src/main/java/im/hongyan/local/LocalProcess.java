package im.hongyan.local;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * A child process that can be killed, stopped in its tracks and let go on, as faults do. It ends
 * with this process at the latest, unless this one is killed. Thread-safe.
 */
public final class LocalProcess implements AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(20);

  private final String name;
  private final Path log;
  private final Process process;
  private final Thread end;

  private LocalProcess(String name, Path log, Process process) {
    this.name = name;
    this.log = log;
    this.process = process;
    this.end = new Thread(this::forcibly, "end-" + name);
    Runtime.getRuntime().addShutdownHook(end);
  }

  /**
   * Starts a program; what it writes is added to {@code log}.
   *
   * @param environment variables that are added to those of this process
   */
  public static LocalProcess start(
      String name, List<String> command, Map<String, String> environment, Path folder, Path log) {
    try {
      Files.createDirectories(folder);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectInput(new File("/dev/null"))
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      builder.environment().putAll(environment);
      return new LocalProcess(name, log, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " cannot be started", e);
    }
  }

  /** Its name, for people. */
  public String name() {
    return name;
  }

  /** Its process id. */
  public long pid() {
    return process.pid();
  }

  /** Where its output is. */
  public Path log() {
    return log;
  }

  /** Whether it runs, or would if it was not paused. */
  public boolean isAlive() {
    return process.isAlive();
  }

  /**
   * Waits until {@code ready} holds.
   *
   * @throws IllegalStateException with the end of its log when it ends before, or takes longer
   */
  public LocalProcess awaitReady(BooleanSupplier ready, Duration atMost) {
    long deadline = System.nanoTime() + atMost.toNanos();
    while (!ready.getAsBoolean()) {
      if (!process.isAlive() || System.nanoTime() > deadline) {
        String state =
            process.isAlive()
                ? "is not ready after " + atMost
                : "ended (" + process.exitValue() + ")";
        String said = lastLines(15);
        close();
        throw new IllegalStateException(name + " " + state + "; its log ends with:\n" + said);
      }
      LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
    return this;
  }

  /** Whether somebody accepts connections on a port of the loopback address. */
  public static boolean accepts(int port) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private String lastLines(int lines) {
    try {
      List<String> all = Files.readAllLines(log, StandardCharsets.UTF_8);
      return String.join("\n", all.subList(Math.max(0, all.size() - lines), all.size()));
    } catch (IOException e) {
      return "(no log: " + e.getMessage() + ")";
    }
  }

  /** Ends it at once, as {@code kill -9} does, and waits until it is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(GRACE);
    forget();
  }

  /** Stops it in its tracks: it keeps its connections and answers nobody. */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    signal("CONT");
  }

  /**
   * From now on it can write to files only below this many bytes from their start: what a write
   * beyond that gets is an error, as on a full disk.
   */
  public void limitFileSize(long bytes) {
    run("prlimit", "--pid", Long.toString(pid()), "--fsize=" + bytes + ":");
  }

  private void signal(String signal) {
    run("kill", "-" + signal, Long.toString(pid()));
  }

  private void run(String... command) {
    try {
      int code = new ProcessBuilder(command).start().waitFor();
      if (code != 0) {
        throw new IllegalStateException(
            "%s: %s ended with %d".formatted(name, String.join(" ", command), code));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Asks it to end and waits for that; kills it where it takes longer than 20 s. */
  public void stop() {
    if (process.isAlive()) {
      process.destroy();
      if (!awaitEnd(GRACE)) {
        process.destroyForcibly();
        awaitEnd(GRACE);
      }
    }
    forget();
  }

  private boolean awaitEnd(Duration atMost) {
    try {
      return process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  private void forcibly() {
    process.destroyForcibly();
  }

  private void forget() {
    try {
      Runtime.getRuntime().removeShutdownHook(end);
    } catch (IllegalStateException e) {
      // This process is ending itself: then the hook runs.
      return;
    }
  }

  /** Ends it, whatever state it is in. */
  @Override
  public void close() {
    kill();
  }
}
