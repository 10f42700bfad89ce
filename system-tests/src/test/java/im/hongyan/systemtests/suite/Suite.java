package im.hongyan.systemtests.suite;

import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Path;

/** Where the system under test is. */
public interface Suite {
  /** Its MQTT address. */
  InetSocketAddress mqtt();

  /** Its gateway. */
  URI http();

  /** The folder of the operator's word lists. */
  Path words();
}
