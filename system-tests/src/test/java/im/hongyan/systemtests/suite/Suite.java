package im.hongyan.systemtests.suite;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;

/** Where the system under test is, and what its MQTT broker can do. */
public interface Suite extends AutoCloseable {
  /** Its MQTT address. */
  InetSocketAddress mqtt();

  /** Its gateway. */
  URI http();

  /** The folder of the operator's word lists. */
  Path words();

  /** What it runs on. */
  Backends backends();

  /** Another one beside that of all tests, with further settings. */
  static Suite inOneProcess(Map<String, String> settings) {
    return OneProcess.start(settings);
  }

  @Override
  void close() throws Exception;
}
