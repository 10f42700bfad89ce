package im.hongyan.bench;

import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.server.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;

/** A server of a command's own, on a scratch folder that goes with it. */
final class ScratchServer implements AutoCloseable {
  /** What makes a user id a token of its demo user system. */
  static final String TOKEN_PREFIX = "demo-";

  /** Options with which it lets users do as much as they like. */
  static final List<String> NO_LIMITS =
      List.of(
          "--set", "hongyan.ingest.rate-limit.per-second=1000000",
          "--set", "hongyan.ingest.rate-limit.burst=1000000",
          "--set", "hongyan.gateway.limits.user-rate=1000000",
          "--set", "hongyan.gateway.limits.user-burst=1000000");

  private final Path scratch;
  private final ServerProcess process;

  private ScratchServer(Path scratch, ServerProcess process) {
    this.scratch = scratch;
    this.process = process;
  }

  static ScratchServer start(List<String> extra) throws IOException, InterruptedException {
    Path scratch = Files.createTempDirectory("hongyan-bench-");
    return new ScratchServer(
        scratch, ServerProcess.start(BenchMain.up(), scratch.resolve("data"), extra));
  }

  /** A name for a {@link LoadRun} that no other run on any server has. */
  static String runName() {
    return Long.toString(Clock.systemUTC().millis(), Character.MAX_RADIX);
  }

  ServerProcess process() {
    return process;
  }

  @Override
  public void close() throws IOException {
    process.close();
    Files.deleteIfExists(scratch);
  }
}
