package im.hongyan.systemtests.suite;

import im.hongyan.standalone.HongyanServer;
import im.hongyan.standalone.ServerOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The one-process default, in the process of the tests. */
final class OneProcess implements Suite {
  private final Path scratch;
  private final HongyanServer server;

  private OneProcess(Path scratch, HongyanServer server) {
    this.scratch = scratch;
    this.server = server;
  }

  static OneProcess start() {
    return start(Map.of());
  }

  static OneProcess start(Map<String, String> settings) {
    try {
      Path scratch = Files.createTempDirectory("hongyan-system-tests-");
      ServerOptions options =
          ServerOptions.in(scratch.resolve("data")).onFreePorts().with(settings);
      return new OneProcess(scratch, HongyanServer.start(options));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public InetSocketAddress mqtt() {
    return new InetSocketAddress("127.0.0.1", server.mqttPort());
  }

  @Override
  public URI http() {
    return URI.create("http://127.0.0.1:" + server.port());
  }

  @Override
  public Path words() {
    return scratch.resolve("data").resolve("words");
  }

  @Override
  public Backends backends() {
    return Backends.EMBEDDED;
  }

  @Override
  public void close() throws IOException {
    server.close();
    Scratch.delete(scratch);
  }
}
