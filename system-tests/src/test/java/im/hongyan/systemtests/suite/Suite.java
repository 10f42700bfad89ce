package im.hongyan.systemtests.suite;

import java.net.InetSocketAddress;
import java.net.URI;

/** Where the system under test is. */
public interface Suite {
  /** Its MQTT address. */
  InetSocketAddress mqtt();

  /** Its gateway. */
  URI http();
}
