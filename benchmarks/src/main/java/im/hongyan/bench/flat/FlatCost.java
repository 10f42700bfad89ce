package im.hongyan.bench.flat;

import im.hongyan.bench.server.Target;
import im.hongyan.model.UserId;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import tools.jackson.databind.JsonNode;

/**
 * One session whose receiver is away: how long a history page, the read of his backlog and a send
 * take while few messages are stored, and while many are. All of them are in this one session and
 * unsent in this one outbox, which is the worst case.
 */
public final class FlatCost implements AutoCloseable {
  private static final int PAGE = 50;
  private static final int TRIES = 300;
  private static final int WARM_UPS = 600;
  private static final int BYTES = 200;
  private static final long FILL_MINUTES = 15;

  private final Consumer<String> progress;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final HttpUser alice;
  private final HttpUser bob;
  private final String session;
  private final Filler filler;
  private final Random random = new Random(7);
  private final List<Operation> operations =
      List.of(
          new Operation("history page of 50", this::history),
          new Operation("backlog read of 50", this::backlog),
          new Operation("send", this::send));
  private long sends;

  /** Users with names of their own, and their session. */
  public FlatCost(Target target, String tokenPrefix, String runName, Consumer<String> progress)
      throws InterruptedException {
    this.progress = progress;
    UserId aliceId = new UserId("flat" + runName + "-alice");
    UserId bobId = new UserId("flat" + runName + "-bob");
    this.alice = new HttpUser(target.http(), tokenPrefix, aliceId);
    this.bob = new HttpUser(target.http(), tokenPrefix, bobId);
    this.session =
        alice
            .command("{\"type\":\"session_create\",\"members\":[\"" + bobId + "\"]}")
            .path("result")
            .path(0)
            .asString();
    this.filler = new Filler(group.next(), target, tokenPrefix, aliceId, session, BYTES);
  }

  /**
   * Medians at two sizes.
   *
   * @param few messages stored for the first measurement
   * @param many messages stored for the second
   * @return by operation
   */
  public Map<String, Cost> measure(int few, int many) throws InterruptedException {
    await(filler);
    fill(few);
    run(WARM_UPS);
    double[] small = run(TRIES);
    progress.accept("%,d messages are stored; storing %,d ...".formatted(few, many));
    fill(many);
    run(WARM_UPS);
    double[] large = run(TRIES);
    Map<String, Cost> costs = new LinkedHashMap<>();
    for (int i = 0; i < operations.size(); i++) {
      costs.put(operations.get(i).name(), new Cost(small[i], large[i]));
    }
    return costs;
  }

  private void await(Filler ready) throws InterruptedException {
    get(ready.ready(), 1, "connect");
  }

  private void fill(int total) throws InterruptedException {
    get(filler.fillTo(total), FILL_MINUTES, "store messages");
    awaitStored(total);
  }

  /** What was accepted may still be on its way into the store. */
  private void awaitStored(int total) throws InterruptedException {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(FILL_MINUTES);
    while (newest() < total) {
      if (System.nanoTime() > end) {
        throw new IllegalStateException("%d messages were not stored".formatted(total));
      }
      bob.get("/api/v1/events/poll?limit=1&waitMs=100");
    }
  }

  private long newest() throws InterruptedException {
    JsonNode page = alice.get("/api/v1/sessions/" + session + "/messages?limit=1");
    return page.path("messages").path(0).path("seq").asLong();
  }

  private static void get(CompletableFuture<Void> step, long minutes, String what)
      throws InterruptedException {
    try {
      step.get(minutes, TimeUnit.MINUTES);
    } catch (ExecutionException | TimeoutException e) {
      throw new IllegalStateException("could not " + what, e);
    }
  }

  /** Medians of the operations, one after the other so that all meet the same disturbances. */
  private double[] run(int tries) throws InterruptedException {
    double[][] times = new double[operations.size()][tries];
    long stored = newest();
    for (int i = 0; i < tries; i++) {
      for (int o = 0; o < operations.size(); o++) {
        long begun = System.nanoTime();
        operations.get(o).step().run(stored);
        times[o][i] = (System.nanoTime() - begun) / 1e6;
      }
    }
    return Arrays.stream(times).mapToDouble(FlatCost::median).toArray();
  }

  private void history(long stored) throws InterruptedException {
    long before = PAGE + 1 + random.nextLong(Math.max(1, stored - PAGE));
    JsonNode page =
        alice.get(
            "/api/v1/sessions/%s/messages?before=%d&limit=%d".formatted(session, before, PAGE));
    expect("history", page.path("messages").size());
  }

  private void backlog(long stored) throws InterruptedException {
    expect("backlog", bob.get("/api/v1/events/poll?waitMs=0&limit=" + PAGE).path("events").size());
  }

  private static void expect(String what, int found) {
    if (found != PAGE) {
      throw new IllegalStateException(
          "%s: %d messages (expected: %d)".formatted(what, found, PAGE));
    }
  }

  private void send(long stored) throws InterruptedException {
    JsonNode reply =
        alice.command(
            "{\"type\":\"msg_send\",\"session\":\"%s\",\"clientMsgId\":\"s%d\",\"content\":{\"type\":\"text\",\"text\":\"%s\"}}"
                .formatted(session, sends++, "y".repeat(BYTES)));
    if (reply.path("errcode").asInt() != 0) {
      throw new IllegalStateException("send: " + reply);
    }
  }

  private static double median(double[] times) {
    Arrays.sort(times);
    return times[times.length / 2];
  }

  @Override
  public void close() {
    filler.close();
    alice.close();
    bob.close();
    group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }

  private record Operation(String name, Step step) {}

  @FunctionalInterface
  private interface Step {
    void run(long stored) throws InterruptedException;
  }
}
