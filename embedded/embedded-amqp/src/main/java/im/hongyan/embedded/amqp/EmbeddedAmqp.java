package im.hongyan.embedded.amqp;

import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.URL;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener;
import org.apache.qpid.server.model.Broker;
import org.apache.qpid.server.model.Port;
import org.apache.qpid.server.model.State;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHostNode;
import org.apache.qpid.server.model.port.AmqpPort;
import org.jspecify.annotations.Nullable;

/**
 * A running AMQP 0-9-1 broker on the loopback address of this process. With a data folder a durable
 * message is on disk (BDB, commits grouped and forced) before the broker confirms it, so it
 * survives the death of the process.
 *
 * <p>It logs through the loggers {@code qpid} (a line for each connection and queue) and {@code
 * org.apache.qpid}; set both to WARN for a quiet log.
 */
public final class EmbeddedAmqp implements AutoCloseable {
  private static final String LOOPBACK = "127.0.0.1";
  private static final String VIRTUAL_HOST = "hongyan";

  /** With less space on its disk the store takes no more writes. */
  private static final long LEAST_FREE_DISK = 64L << 20;

  private final SystemLauncher launcher;
  private final @Nullable FolderLock lock;
  private final EmbeddedAmqpOptions options;
  private final int port;
  private final AtomicBoolean closed = new AtomicBoolean();

  private EmbeddedAmqp(
      SystemLauncher launcher, @Nullable FolderLock lock, EmbeddedAmqpOptions options, int port) {
    this.launcher = launcher;
    this.lock = lock;
    this.options = options;
    this.port = port;
  }

  /**
   * Starts a broker and returns when it accepts connections.
   *
   * @throws IllegalStateException with one sentence when the port is busy, the folder is held by
   *     another broker, cannot be written or is on a full disk, or the broker does not come up
   */
  public static EmbeddedAmqp start(EmbeddedAmqpOptions options) {
    requireFree(options.port());
    Path folder = options.dataFolder();
    FolderLock lock = folder == null ? null : FolderLock.take(folder);
    if (folder != null && lock != null) {
      requireSpace(folder, lock);
    }
    BrokerCatcher catcher = new BrokerCatcher();
    SystemLauncher launcher =
        new SystemLauncher(new SystemLauncherListener.ChainedSystemLauncherListener(catcher));
    try {
      launcher.startup(attributes(options));
      int port = catcher.boundPort();
      catcher.leaveTheProcessEndToUs();
      return new EmbeddedAmqp(launcher, lock, options, port);
    } catch (Exception e) {
      launcher.shutdown();
      if (lock != null) {
        lock.close();
      }
      throw new IllegalStateException(
          "The embedded AMQP broker did not start: " + e.getMessage(), e);
    }
  }

  /** The port that clients connect to. */
  public int port() {
    return port;
  }

  /** Where clients connect, credentials and virtual host included. */
  public URI uri() {
    return URI.create(
        "amqp://%s:%s@%s:%d/%s"
            .formatted(options.user(), options.password(), LOOPBACK, port, VIRTUAL_HOST));
  }

  /** Stops the broker; what was durable stays in the data folder. */
  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      launcher.shutdown();
      if (lock != null) {
        lock.close();
      }
    }
  }

  private static void requireSpace(Path folder, FolderLock lock) {
    long free = folder.toFile().getUsableSpace();
    if (free < LEAST_FREE_DISK) {
      lock.close();
      throw new IllegalStateException(
          "The disk of the data folder %s has %d MB left (expected: at least %d MB)."
              .formatted(folder, free >> 20, LEAST_FREE_DISK >> 20));
    }
  }

  private static void requireFree(int port) {
    if (port == 0) {
      return;
    }
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.ofLiteral(LOOPBACK), port));
    } catch (IOException e) {
      throw new IllegalStateException(
          "The AMQP port " + LOOPBACK + ":" + port + " cannot be used: " + e.getMessage() + ".", e);
    }
  }

  private static Map<String, Object> attributes(EmbeddedAmqpOptions options) {
    Path folder = options.dataFolder();
    Map<String, String> context = new HashMap<>();
    context.put("hongyan.amqp.address", LOOPBACK);
    context.put("hongyan.amqp.port", Integer.toString(options.port()));
    context.put("hongyan.amqp.user", options.user());
    context.put("hongyan.amqp.password", options.password());
    context.put("broker.failStartupWithErroredChild", "true");
    // RabbitMQ's queue arguments (x-queue-type and others) are no reason to end the connection.
    context.put("queue.behaviourOnUnknownDeclareArgument", "IGNORE");
    context.put("exchange.behaviourOnUnknownDeclareArgument", "IGNORE");
    context.put("qpid.port.closeWhenNoRoute", "false");
    // The broker shares its cores with the services of this process.
    context.put("qpid.port.amqp.threadPool.size", "2");
    context.put("qpid.port.amqp.threadPool.numberOfSelectors", "1");
    context.put("virtualhost.connectionThreadPool.size", "4");
    context.put("virtualhost.connectionThreadPool.numberOfSelectors", "1");
    context.put("broker.shutdownTimeout", "5");
    if (folder != null) {
      context.put("qpid.work_dir", folder.toAbsolutePath().toString());
      context.put("hongyan.amqp.store", folder.toAbsolutePath().resolve("store").toString());
      context.put("je.maxMemory", Long.toString(64L << 20));
      context.put("je.log.fileMax", Long.toString(32L << 20));
      // The store would want 5 GB free and refuse every write with less; and the broker would hold
      // all publishers back on a disk that is 90 % full, however much room that leaves.
      context.put("je.freeDisk", Long.toString(LEAST_FREE_DISK));
      context.put("store.filesystem.maxUsagePercent", "100");
      // The verifier reads the whole store at midnight.
      context.put("je.env.runVerifier", "false");
    }
    Map<String, Object> attributes = new HashMap<>();
    attributes.put(SystemConfig.TYPE, "Memory");
    attributes.put(SystemConfig.CONTEXT, context);
    attributes.put(SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT, false);
    attributes.put(
        SystemConfig.INITIAL_CONFIGURATION_LOCATION,
        resource(folder == null ? "memory.json" : "folder.json"));
    // Empty on purpose: the broker's own default is an address that an executable jar cannot read.
    attributes.put(SystemConfig.INITIAL_SYSTEM_PROPERTIES_LOCATION, resource("system.properties"));
    return attributes;
  }

  private static String resource(String name) {
    URL url = Objects.requireNonNull(EmbeddedAmqp.class.getResource(name), name);
    return url.toExternalForm();
  }

  /** Gets hold of the broker while it starts, to read its port and its state. */
  private static final class BrokerCatcher
      extends SystemLauncherListener.DefaultSystemLauncherListener {
    private volatile @Nullable SystemConfig<?> systemConfig;
    private volatile @Nullable RuntimeException failure;

    @Override
    public void onContainerResolve(SystemConfig<?> resolved) {
      systemConfig = resolved;
    }

    @Override
    public void errorOnStartup(RuntimeException e) {
      failure = e;
    }

    /**
     * The broker would stop as soon as the process is told to end, under the feet of those who
     * still finish their work; whoever started it closes it.
     */
    void leaveTheProcessEndToUs() throws ReflectiveOperationException {
      SystemConfig<?> config = Objects.requireNonNull(systemConfig, "system config");
      for (Class<?> type = config.getContainer().getClass();
          type != null;
          type = type.getSuperclass()) {
        for (Field field : type.getDeclaredFields()) {
          if (field.getType() == Thread.class && field.getName().equals("_shutdownHook")) {
            field.setAccessible(true);
            Runtime.getRuntime().removeShutdownHook((Thread) field.get(config.getContainer()));
            return;
          }
        }
      }
      throw new NoSuchFieldException("the broker's shutdown hook");
    }

    int boundPort() {
      RuntimeException cause = failure;
      if (cause != null) {
        throw cause;
      }
      SystemConfig<?> config = systemConfig;
      if (config == null
          || !(config.getContainer() instanceof Broker<?> broker)
          || broker.getState() != State.ACTIVE) {
        throw new IllegalStateException("the broker is not active");
      }
      for (VirtualHostNode<?> node : broker.getVirtualHostNodes()) {
        var host = node.getVirtualHost();
        if (host == null || host.getState() != State.ACTIVE) {
          throw new IllegalStateException("the message store is not active");
        }
      }
      for (Port<?> port : broker.getPorts()) {
        if (port instanceof AmqpPort<?> amqp && port.getState() == State.ACTIVE) {
          return amqp.getBoundPort();
        }
      }
      throw new IllegalStateException("no port is open");
    }
  }
}
