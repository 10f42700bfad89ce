package im.hongyan.embedded.mongo;

import de.bwaldvogel.mongo.wire.MongoWireMessageEncoder;
import de.bwaldvogel.mongo.wire.MongoWireProtocolHandler;
import de.bwaldvogel.mongo.wire.MongoWireReplyEncoder;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.group.ChannelGroup;
import io.netty.channel.group.DefaultChannelGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.GlobalEventExecutor;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * A running document store on the loopback interface that MongoDB's drivers can use. A write is
 * answered only when it is on disk; closing, or killing the process, loses nothing that was
 * answered.
 *
 * <p>It is no MongoDB: no transactions, change streams, text search, TTL, collations, updates by
 * pipeline or replication. What it does not do, it refuses.
 */
public final class EmbeddedMongo implements AutoCloseable {
  private static final int EVENT_LOOPS = 4;
  private static final int BACKLOG = 128;
  private static final long LONGEST_SHUTDOWN_SECONDS = 5;

  private final StoreBackend backend;
  private final EventLoopGroup loops;
  private final ExecutorService longCommands;
  private final ChannelGroup connections;
  private final Channel listener;

  private EmbeddedMongo(EmbeddedMongoOptions options, DurableStore store) {
    this.backend = new StoreBackend(store);
    this.loops =
        new MultiThreadIoEventLoopGroup(
            EVENT_LOOPS,
            new DefaultThreadFactory("embedded-mongo", true),
            NioIoHandler.newFactory());
    this.connections = new DefaultChannelGroup(GlobalEventExecutor.INSTANCE);
    this.longCommands =
        Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("embedded-mongo-command-", 0).factory());
    CommandHandler commands = new CommandHandler(backend, store, connections, longCommands);
    this.listener =
        new ServerBootstrap()
            .group(loops)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childHandler(
                new ChannelInitializer<SocketChannel>() {
                  @Override
                  protected void initChannel(SocketChannel channel) {
                    channel
                        .pipeline()
                        .addLast(
                            new MongoWireReplyEncoder(),
                            new MongoWireMessageEncoder(),
                            new MongoWireProtocolHandler(),
                            commands);
                  }
                })
            .bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), options.port()))
            .syncUninterruptibly()
            .channel();
  }

  /**
   * Opens the store and listens.
   *
   * @throws EmbeddedMongoException when the folder is in use, cannot be written or is damaged, or
   *     the port is taken; its message is one sentence that says so
   */
  public static EmbeddedMongo start(EmbeddedMongoOptions options) {
    return start(options, DurableStore.open(options));
  }

  /** The same on a store that is open already. */
  static EmbeddedMongo start(EmbeddedMongoOptions options, DurableStore store) {
    try {
      return new EmbeddedMongo(options, store);
    } catch (RuntimeException e) {
      store.close();
      throw new EmbeddedMongoException(
          "The document store cannot start on port " + options.port() + ": " + e.getMessage() + ".",
          e);
    } catch (Exception e) {
      // Netty throws the bind's checked exception without declaring it.
      store.close();
      throw new EmbeddedMongoException(
          "Port " + options.port() + " cannot be used: " + e.getMessage() + ".", e);
    }
  }

  /** What a driver connects with, such as {@code mongodb://127.0.0.1:27017}. */
  public String connectionString() {
    return "mongodb://127.0.0.1:" + port();
  }

  /** The port that it listens on. */
  public int port() {
    return ((InetSocketAddress) listener.localAddress()).getPort();
  }

  StoreCollection collection(String database, String name) {
    return backend.database(database).collection(name);
  }

  /** Closes the connections, writes everything to disk and frees the folder. */
  @Override
  public void close() {
    listener.close().syncUninterruptibly();
    connections.close().awaitUninterruptibly(LONGEST_SHUTDOWN_SECONDS, TimeUnit.SECONDS);
    loops.shutdownGracefully(0, LONGEST_SHUTDOWN_SECONDS, TimeUnit.SECONDS).syncUninterruptibly();
    longCommands.close();
    backend.close();
  }
}
