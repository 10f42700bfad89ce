package im.hongyan.bench.compare;

import im.hongyan.bench.history.Percentiles;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * The load of {@link im.hongyan.bench.load.LoadRun} on a {@link Way}: the same pacing, the same
 * window and the same sums. Everything but {@link #run} is on its event loop.
 */
final class RawLoad implements Way.Passage {
  private static final long TICK_MICROS = 1_000;
  private static final long POLL_MILLIS = 50;
  private static final Duration GRACE = Duration.ofMinutes(1);

  private final ComparePlan plan;
  private final Pace pace;
  private final Histogram confirmedMicros = new Histogram(3);
  private final Histogram deliveredMicros = new Histogram(3);
  private final CompletableFuture<Void> allSent = new CompletableFuture<>();
  private final CompletableFuture<Void> allThere = new CompletableFuture<>();

  private @Nullable Way way;
  private long startNanos;
  private long measureFromNanos;
  private long endNanos;
  private long lastDeliveryNanos;
  private long sent;
  private long confirmed;
  private long delivered;
  private long measuredDeliveries;

  RawLoad(ComparePlan plan, Pace pace) {
    this.plan = plan;
    this.pace = pace;
  }

  /** Sends for as long as the plan says, and waits for what is under way. */
  Figures run(Way.Opening opening) throws IOException, InterruptedException {
    var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    EventLoop loop = group.next();
    try (Way opened = opening.open(loop, this)) {
      loop.execute(() -> begin(opened, loop));
      Duration sending = plan.warmUp().plus(plan.duration()).plus(GRACE);
      if (!isDone(allSent, sending)) {
        throw new IllegalStateException("could not send within " + sending);
      }
      ScheduledFuture<?> looking =
          loop.scheduleAtFixedRate(this::look, 0, POLL_MILLIS, TimeUnit.MILLISECONDS);
      isDone(allThere, plan.drain());
      looking.cancel(false);
      return loop.submit(this::figures).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the load failed", e.getCause());
    } finally {
      group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
    }
  }

  private static boolean isDone(CompletableFuture<Void> step, Duration atMost)
      throws InterruptedException, ExecutionException {
    try {
      step.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    }
  }

  private void begin(Way opened, EventLoop loop) {
    way = opened;
    startNanos = System.nanoTime();
    measureFromNanos = startNanos + plan.warmUp().toNanos();
    endNanos = measureFromNanos + plan.duration().toNanos();
    ScheduledFuture<?> ticks =
        loop.scheduleAtFixedRate(this::sendMore, 0, TICK_MICROS, TimeUnit.MICROSECONDS);
    allSent.whenComplete((done, failure) -> ticks.cancel(false));
  }

  private void sendMore() {
    Way open = way;
    if (open == null || allSent.isDone()) {
      return;
    }
    try {
      if (pace == Pace.FIXED) {
        sendWhatIsDue(open);
      } else {
        fillWindow(open);
      }
    } catch (IOException | RuntimeException e) {
      allSent.completeExceptionally(e);
    }
  }

  private void sendWhatIsDue(Way open) throws IOException {
    long now = System.nanoTime();
    double perNano = plan.rate() / 1e9;
    while (true) {
      long due = startNanos + (long) (sent / perNano);
      if (due >= endNanos) {
        allSent.complete(null);
        return;
      }
      if (due > now) {
        return;
      }
      send(open, due);
    }
  }

  private void fillWindow(Way open) throws IOException {
    long window = (long) plan.paired() * plan.inFlight();
    while (sent - confirmed < window) {
      long now = System.nanoTime();
      if (now >= endNanos) {
        allSent.complete(null);
        return;
      }
      send(open, now);
    }
    if (System.nanoTime() >= endNanos) {
      allSent.complete(null);
    }
  }

  private void send(Way open, long due) throws IOException {
    int sender = (int) (sent % plan.paired());
    sent++;
    open.send(RawMessage.text(due, sender));
  }

  @Override
  public void confirmed(RawMessage message, long nanos) {
    confirmed++;
    if (isMeasured(message)) {
      record(confirmedMicros, nanos - message.dueNanos());
    }
    if (pace == Pace.AS_CONFIRMED) {
      sendMore();
    }
  }

  @Override
  public void delivered(RawMessage message, long nanos) {
    delivered++;
    lastDeliveryNanos = nanos;
    if (isMeasured(message)) {
      measuredDeliveries++;
      record(deliveredMicros, nanos - message.dueNanos());
    }
  }

  private boolean isMeasured(RawMessage message) {
    return message.dueNanos() - measureFromNanos >= 0;
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.max(0, nanos / 1_000));
  }

  private void look() {
    if (confirmed >= sent && delivered >= sent) {
      allThere.complete(null);
    }
  }

  private Figures figures() {
    double seconds = (Math.max(lastDeliveryNanos, endNanos) - measureFromNanos) / 1e9;
    return new Figures(
        measuredDeliveries / seconds,
        sent,
        confirmed,
        delivered,
        sent > 0 && confirmed == sent && delivered == sent,
        Percentiles.of(confirmedMicros),
        Percentiles.of(deliveredMicros));
  }
}
