package im.hongyan.processes.fault;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A TCP connection's way between two processes on the loopback address, as a network is one: it can
 * stall, break and refuse. With several targets it spreads connections over those that accept, as a
 * service's address in a cluster does. Thread-safe.
 */
public final class TcpLink implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MILLIS = 2000;
  private static final int BUFFER = 16 * 1024;

  /** What happens to what is sent. */
  private enum State {
    OPEN,
    STALLED,
    REFUSING
  }

  private final ServerSocket door;
  private final AtomicInteger turn = new AtomicInteger();
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private volatile List<Integer> targets;
  private volatile State state = State.OPEN;
  private volatile boolean closed;

  private TcpLink(ServerSocket door, List<Integer> targets) {
    this.door = door;
    this.targets = List.copyOf(targets);
  }

  /** A link from a free port to whichever of {@code targets} accepts, in turns. */
  public static TcpLink to(List<Integer> targets) {
    return on(0, targets);
  }

  /** The same from a port of one's choice. */
  public static TcpLink on(int port, List<Integer> targets) {
    try {
      TcpLink link =
          new TcpLink(new ServerSocket(port, 512, InetAddress.getLoopbackAddress()), targets);
      Thread.ofVirtual().name("link-" + link.port()).start(link::accept);
      return link;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The port to connect to. */
  public int port() {
    return door.getLocalPort();
  }

  /** Where connections go from now on; those that are open stay. */
  public void leadTo(List<Integer> newTargets) {
    targets = List.copyOf(newTargets);
  }

  /** Nothing gets through any more, and nobody is told: as a network does that lost its way. */
  public void stall() {
    change(State.STALLED);
  }

  /** New connections are closed at once, open ones break. */
  public void refuse() {
    change(State.REFUSING);
    cut();
  }

  /** All is well again; what waited gets through. */
  public void restore() {
    change(State.OPEN);
  }

  /** Breaks the connections that are open, without a word. */
  public void cut() {
    for (Socket socket : sockets) {
      breakOff(socket);
    }
  }

  private void change(State to) {
    lock.lock();
    try {
      state = to;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void accept() {
    while (!closed) {
      try {
        Socket client = door.accept();
        sockets.add(client);
        Thread.ofVirtual().start(() -> lead(client));
      } catch (IOException e) {
        if (!closed) {
          throw new UncheckedIOException(e);
        }
      }
    }
  }

  private void lead(Socket client) {
    try {
      awaitWay();
      Socket server = state == State.REFUSING ? null : connect();
      if (server == null) {
        breakOff(client);
        return;
      }
      sockets.add(server);
      client.setTcpNoDelay(true);
      server.setTcpNoDelay(true);
      Thread forth = Thread.ofVirtual().start(() -> carry(client, server));
      carry(server, client);
      forth.join();
      breakOff(client);
      breakOff(server);
    } catch (IOException e) {
      breakOff(client);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      breakOff(client);
    }
  }

  private @org.jspecify.annotations.Nullable Socket connect() {
    List<Integer> now = targets;
    int first = turn.getAndIncrement();
    for (int i = 0; i < now.size(); i++) {
      int port = now.get(Math.floorMod(first + i, now.size()));
      Socket server = new Socket();
      try {
        server.connect(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), port), CONNECT_TIMEOUT_MILLIS);
        return server;
      } catch (IOException e) {
        breakOff(server);
      }
    }
    return null;
  }

  private void carry(Socket from, Socket to) {
    byte[] buffer = new byte[BUFFER];
    try {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
        awaitWay();
        out.write(buffer, 0, read);
      }
      to.shutdownOutput();
    } catch (IOException e) {
      breakOff(from);
      breakOff(to);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void awaitWay() throws InterruptedException {
    if (state != State.STALLED) {
      return;
    }
    lock.lock();
    try {
      while (state == State.STALLED && !closed) {
        changed.await();
      }
    } finally {
      lock.unlock();
    }
  }

  private void breakOff(Socket socket) {
    sockets.remove(socket);
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is closed already.
      return;
    }
  }

  @Override
  public void close() {
    closed = true;
    change(State.REFUSING);
    try {
      door.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      cut();
    }
  }
}
