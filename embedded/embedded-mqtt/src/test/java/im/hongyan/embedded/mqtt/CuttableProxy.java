package im.hongyan.embedded.mqtt;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** A network cable that can be cut: forwards to a port of this machine. */
final class CuttableProxy implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private volatile boolean broken;

  CuttableProxy(int target) throws IOException {
    this.target = target;
    this.server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread.ofVirtual().start(this::accept);
  }

  int port() {
    return server.getLocalPort();
  }

  /** Ends all connections; new ones end at once until {@link #mend}. */
  void cut() throws IOException {
    broken = true;
    for (Socket socket : sockets) {
      socket.close();
    }
    sockets.clear();
  }

  void mend() {
    broken = false;
  }

  private void accept() {
    try {
      while (!server.isClosed()) {
        Socket from = server.accept();
        if (broken) {
          from.close();
          continue;
        }
        Socket to = new Socket(InetAddress.getLoopbackAddress(), target);
        sockets.add(from);
        sockets.add(to);
        Thread.ofVirtual().start(() -> pump(from, to));
        Thread.ofVirtual().start(() -> pump(to, from));
      }
    } catch (IOException closed) {
      // the test is over
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException cut) {
      // both ends are closed by now
    }
  }

  @Override
  public void close() throws IOException {
    cut();
    server.close();
  }
}
