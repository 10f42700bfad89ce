package im.hongyan.processes.suite;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports for servers that are told theirs before they start. */
final class FreePorts {
  private final List<ServerSocket> held = new ArrayList<>();

  /** A port on which nobody listens; it is not given twice. */
  int next() {
    try {
      ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
      held.add(socket);
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int orNext(int wanted) {
    return wanted == 0 ? next() : wanted;
  }

  /** From now on the servers may take them. */
  void release() {
    for (ServerSocket socket : held) {
      try {
        socket.close();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    held.clear();
  }
}
