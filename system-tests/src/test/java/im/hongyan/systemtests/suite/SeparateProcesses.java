package im.hongyan.systemtests.suite;

import im.hongyan.processes.suite.Brokers;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.SuiteOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;

/** Each service in a process of its own, on real brokers of this machine or in containers. */
final class SeparateProcesses implements Suite {
  private final Backends backends;
  private final Path scratch;
  private final RunningSuite suite;

  private SeparateProcesses(Backends backends, Path scratch, RunningSuite suite) {
    this.backends = backends;
    this.scratch = scratch;
    this.suite = suite;
  }

  static SeparateProcesses start(Backends backends) {
    try {
      Path scratch = Files.createTempDirectory("hongyan-system-tests-");
      SuiteOptions options = options(backends, scratch);
      return new SeparateProcesses(
          backends,
          scratch,
          backends == Backends.CONTAINERS
              ? RunningSuite.start(options, new ContainerServers())
              : RunningSuite.start(options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static SuiteOptions options(Backends backends, Path scratch) {
    Brokers brokers =
        switch (backends) {
          case RABBITMQ -> Brokers.RABBITMQ;
          case MOSQUITTO -> Brokers.RABBITMQ_AND_MOSQUITTO;
          case CONTAINERS -> Brokers.RABBITMQ_AND_EMQX;
          case EMBEDDED -> throw new IllegalArgumentException("embedded: not separate");
        };
    return SuiteOptions.in(Path.of(".."), scratch, brokers).replicated(2);
  }

  @Override
  public InetSocketAddress mqtt() {
    return suite.mqtt();
  }

  @Override
  public URI http() {
    return suite.http();
  }

  @Override
  public Path words() {
    return suite.words();
  }

  @Override
  public Backends backends() {
    return backends;
  }

  @Override
  public void close() throws IOException {
    suite.close();
    Scratch.delete(scratch);
  }
}
