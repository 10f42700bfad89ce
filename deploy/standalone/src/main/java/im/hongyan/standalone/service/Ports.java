package im.hongyan.standalone.service;

import im.hongyan.standalone.failure.StartFailure;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * Ports for services that must know each other before they start. They lie below the range from
 * which the operating system takes ports for outgoing connections, so none is lost meanwhile.
 */
public final class Ports {
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int TRIES = 1000;

  private final RandomGenerator random;
  private final Set<Integer> given = new HashSet<>();

  /** Ports chosen by chance. */
  public Ports(RandomGenerator random) {
    this.random = random;
  }

  /** A port that is free on the loopback interface and was not given before. */
  public int free() {
    for (int i = 0; i < TRIES; i++) {
      int port = random.nextInt(LOWEST, HIGHEST);
      if (given.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new StartFailure("ports: none of %d to %d is free".formatted(LOWEST, HIGHEST));
  }

  /**
   * The port itself where one is given, else a free one.
   *
   * @param option the option that chooses it, for whoever must choose another
   * @throws StartFailure where it cannot be had, with the reason
   */
  public int take(InetAddress address, int wanted, String option) {
    if (wanted == 0) {
      return free();
    }
    try {
      probe(address, wanted);
    } catch (IOException e) {
      throw new StartFailure(
          "port %d cannot be had (%s); choose another with %s"
              .formatted(wanted, e.getMessage(), option),
          e);
    }
    given.add(wanted);
    return wanted;
  }

  /** The port itself where it is free on the loopback interface, else any that is. */
  public int prefer(int wanted) {
    return given.add(wanted) && isFree(wanted) ? wanted : free();
  }

  private static boolean isFree(int port) {
    try {
      probe(InetAddress.getLoopbackAddress(), port);
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private static void probe(InetAddress address, int port) throws IOException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(address, port));
    }
  }
}
