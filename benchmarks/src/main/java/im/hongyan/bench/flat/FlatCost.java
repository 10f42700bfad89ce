package im.hongyan.bench.flat;

import im.hongyan.bench.server.ServerProcess;
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
 * take while there are few messages or users, and while there are many; and what a message takes
 * among other users. Where messages grow, all of them are in this one session and unsent in this
 * one outbox, which is the worst case.
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
  private final SteadyLoad load;
  private final Population population;
  private long sends;

  /** Users with names of their own, and their session. */
  public FlatCost(
      ServerProcess server, String tokenPrefix, String runName, Consumer<String> progress)
      throws InterruptedException {
    this.progress = progress;
    Target target = server.target();
    this.load = new SteadyLoad(server, tokenPrefix, runName, BYTES);
    this.population = new Population(target, tokenPrefix, runName + "-seed");
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
   * Times at two sizes.
   *
   * @param growth what grows
   * @param few how many of them there are at the first measurement
   * @param many how many at the second
   * @return by what was measured
   */
  public Map<String, Cost> measure(Growth growth, int few, int many) throws InterruptedException {
    await(filler);
    fill(growth == Growth.MESSAGES ? few : Growth.MESSAGES.few());
    if (growth == Growth.USERS) {
      population.growTo(few);
    }
    Map<String, Double> small = times();
    progress.accept("there are %,d %s; adding others up to %,d ...".formatted(few, growth, many));
    switch (growth) {
      case MESSAGES -> fill(many);
      case USERS -> population.growTo(many);
    }
    Map<String, Double> large = times();
    Map<String, Cost> costs = new LinkedHashMap<>();
    small.forEach(
        (what, time) -> costs.put(what, new Cost(time, large.getOrDefault(what, Double.NaN))));
    return costs;
  }

  private Map<String, Double> times() throws InterruptedException {
    run(WARM_UPS);
    double[] medians = run(TRIES);
    Map<String, Double> times = new LinkedHashMap<>();
    for (int i = 0; i < operations.size(); i++) {
      times.put(operations.get(i).name(), medians[i]);
    }
    SteadyLoad.Taken taken = load.run();
    times.put("send to push, 200/s", taken.toPushMs());
    times.put("processor of a message", taken.processorMs());
    return times;
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
