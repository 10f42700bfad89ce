package im.hongyan.auth.connection;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Looks for silent connections, again and again. At start it sees to the indexes and, where told
 * so, forgets the connections of the time before; it starts before the web server does.
 */
final class ConnectionWatch implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ConnectionWatch.class);

  private final Connections connections;
  private final ConnectionProperties properties;
  private final ScheduledExecutorService timer =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofVirtual().name("connection-watch").factory());
  private volatile boolean running;

  ConnectionWatch(Connections connections, ConnectionProperties properties) {
    this.connections = connections;
    this.properties = properties;
  }

  @Override
  public void start() {
    running = true;
    connections.prepare(properties.resetAtStart());
    long interval = properties.sweepInterval().toMillis();
    var _ = timer.scheduleWithFixedDelay(this::sweep, interval, interval, TimeUnit.MILLISECONDS);
  }

  private void sweep() {
    try {
      connections.sweep();
    } catch (RuntimeException e) {
      // The next round tries again; an exception would end the timer.
      log.warn("silent connections were not looked for: {}", e.toString());
    }
  }

  @Override
  public void stop() {
    running = false;
    timer.shutdownNow();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  /** Before the web server, which begins shortly below the highest phase. */
  @Override
  public int getPhase() {
    return 0;
  }
}
