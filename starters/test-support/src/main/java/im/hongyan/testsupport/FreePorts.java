package im.hongyan.testsupport;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/**
 * Picks ports for servers that cannot tell which port they bound. Where a server can bind port 0,
 * do that: between the pick and the use another process may take the port.
 */
public final class FreePorts {
  private FreePorts() {}

  /** A TCP port on which nobody listens now. */
  public static int pick() {
    return pick(1).getFirst();
  }

  /** {@code count} different TCP ports on which nobody listens now. */
  public static List<Integer> pick(int count) {
    List<ServerSocket> open = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        open.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      return open.stream().map(ServerSocket::getLocalPort).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      open.forEach(FreePorts::close);
    }
  }

  private static void close(ServerSocket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
