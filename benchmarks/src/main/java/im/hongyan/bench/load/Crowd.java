package im.hongyan.bench.load;

import im.hongyan.bench.history.DeliveryHistory;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Users who are connected and say nothing; who loses his connection makes another. */
public final class Crowd implements AutoCloseable {
  private static final int LOGINS_AT_ONCE = 100;
  private static final Duration LOGIN_LIMIT = Duration.ofMinutes(1);
  private static final Duration LOOK_EVERY = Duration.ofMillis(100);

  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final List<VirtualUser> users;

  /**
   * Nobody is connected yet.
   *
   * @param size how many
   * @param plan where they connect
   * @param runName makes their names unique on the server
   */
  public Crowd(int size, LoadPlan plan, String runName) {
    DeliveryHistory nothing = new DeliveryHistory();
    this.users =
        IntStream.range(0, size)
            .mapToObj(i -> new VirtualUser(i, plan, loop, nothing, "crowd" + runName, () -> {}))
            .toList();
  }

  /**
   * All connect, some at a time.
   *
   * @throws IllegalStateException when that takes longer than a minute for some
   */
  public void connect() throws InterruptedException {
    for (int from = 0; from < users.size(); from += LOGINS_AT_ONCE) {
      List<VirtualUser> some = users.subList(from, Math.min(users.size(), from + LOGINS_AT_ONCE));
      loop.execute(() -> some.forEach(VirtualUser::connect));
      CompletableFuture<Void> all =
          CompletableFuture.allOf(
              some.stream().map(VirtualUser::ready).toArray(CompletableFuture[]::new));
      try {
        all.orTimeout(LOGIN_LIMIT.toSeconds(), TimeUnit.SECONDS).get();
      } catch (ExecutionException e) {
        throw new IllegalStateException("the crowd could not log in", e.getCause());
      }
    }
  }

  /** All connections break at once, and all come again. */
  public void dropAll() throws InterruptedException {
    onLoop(
        () -> {
          users.forEach(VirtualUser::drop);
          return users.size();
        });
  }

  /** How many are logged in. */
  public int connected() throws InterruptedException {
    return onLoop(() -> (int) users.stream().filter(VirtualUser::isListening).count());
  }

  /**
   * Waits until all are logged in.
   *
   * @throws IllegalStateException when that takes longer than a minute
   */
  public void awaitConnected() throws InterruptedException {
    long deadline = System.nanoTime() + LOGIN_LIMIT.toNanos();
    while (connected() < users.size()) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "%d of %d are connected after %s".formatted(connected(), users.size(), LOGIN_LIMIT));
      }
      LockSupport.parkNanos(LOOK_EVERY.toNanos());
    }
  }

  private int onLoop(java.util.concurrent.Callable<Integer> question) throws InterruptedException {
    try {
      return loop.submit(question).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the event loop failed", e.getCause());
    }
  }

  @Override
  public void close() {
    loop.execute(() -> users.forEach(VirtualUser::stop));
    group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
