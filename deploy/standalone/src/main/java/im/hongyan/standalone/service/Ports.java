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
      if (given.add(port) && isFree("127.0.0.1", port)) {
        return port;
      }
    }
    throw new StartFailure("ports: none of %d to %d is free".formatted(LOWEST, HIGHEST));
  }

  /**
   * The port itself where one is given, else a free one; a {@link StartFailure} where it is busy.
   */
  public int take(String address, int wanted, String option) {
    if (wanted == 0) {
      return free();
    }
    if (!isFree(address, wanted)) {
      throw new StartFailure(
          "port %d is in use or not allowed; choose another with %s".formatted(wanted, option));
    }
    return wanted;
  }

  private static boolean isFree(String address, int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getByName(address), port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
