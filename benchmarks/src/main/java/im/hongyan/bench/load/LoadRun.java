package im.hongyan.bench.load;

import im.hongyan.bench.history.Conversation;
import im.hongyan.bench.history.DeliveryHistory;
import im.hongyan.bench.history.Verdict;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One run of a {@link LoadPlan}: users log in, open their sessions, send, and what comes back is
 * recorded. All users share one event loop, which alone touches the history.
 */
public final class LoadRun implements AutoCloseable {
  private static final int LOGINS_AT_ONCE = 100;
  private static final Duration SETUP_LIMIT = Duration.ofMinutes(3);
  private static final long TICK_MICROS = 1_000;
  private static final long POLL_MILLIS = 50;
  private static final long REPEAT_CHECK_MILLIS = 1_000;

  private final LoadPlan plan;
  private final Consumer<String> progress;
  private final MultiThreadIoEventLoopGroup group =
      new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
  private final EventLoop loop = group.next();
  private final DeliveryHistory history = new DeliveryHistory();
  private final List<VirtualUser> users = new ArrayList<>();
  private final List<Conversation> conversations = new ArrayList<>();
  private final String runPrefix;

  private long startNanos;
  private long measureFromNanos;
  private long endNanos;
  private long limit = Long.MAX_VALUE;
  private long created;
  private long createdBefore;
  private boolean sending;

  /** Users below that number have read nothing for a while. */
  private int notReading;

  private @Nullable CompletableFuture<Void> finishedSending;
  private @Nullable ScheduledFuture<?> ticks;
  private @Nullable ScheduledFuture<?> repeats;

  /**
   * A run that has not begun.
   *
   * @param runName makes the users' names unique on the server
   * @param progress told what is going on
   */
  public LoadRun(LoadPlan plan, String runName, Consumer<String> progress) {
    this.plan = plan;
    this.runPrefix = "load" + runName;
    this.progress = progress;
  }

  /** The user id of a user of the run. */
  public String userId(int number) {
    return runPrefix + "-" + number;
  }

  /** The sessions of the run. */
  public List<Conversation> conversations() {
    return List.copyOf(conversations);
  }

  /** Everybody logs in and the sessions are opened. */
  public void setUp() throws InterruptedException {
    logIn();
    openSessions();
  }

  /** Everybody logs in. */
  public void logIn() throws InterruptedException {
    for (int i = 0; i < plan.users(); i++) {
      users.add(
          new VirtualUser(i, plan, loop, history, runPrefix, this::sendNextWhenAsFastAsAnswered));
    }
    for (int from = 0; from < users.size(); from += LOGINS_AT_ONCE) {
      List<VirtualUser> some = users.subList(from, Math.min(users.size(), from + LOGINS_AT_ONCE));
      loop.execute(() -> some.forEach(VirtualUser::connect));
      await(
          CompletableFuture.allOf(
              some.stream().map(VirtualUser::ready).toArray(CompletableFuture[]::new)),
          "log in");
    }
    progress.accept(plan.users() + " users are connected");
  }

  /** All connections break at once; everybody makes another. */
  public void dropAll() throws InterruptedException {
    onLoop(
        () -> {
          users.forEach(VirtualUser::drop);
          return users.size();
        });
  }

  /**
   * Waits until everybody is logged in.
   *
   * @throws IllegalStateException where that takes longer than opening a run may
   */
  public void awaitConnected() throws InterruptedException {
    await(poll(() -> users.stream().allMatch(VirtualUser::isListening)), "log in again");
  }

  private void openSessions() throws InterruptedException {
    for (int from = 0; from + plan.group() <= users.size(); from += plan.group()) {
      int[] members = new int[plan.group()];
      for (int i = 0; i < members.length; i++) {
        members[i] = from + i;
      }
      conversations.add(new Conversation(members));
    }
    loop.execute(
        () ->
            conversations.forEach(
                conversation -> users.get(conversation.member(0)).create(conversation)));
    await(poll(() -> conversations.stream().allMatch(Conversation::created)), "open the sessions");
    progress.accept(conversations.size() + " sessions are open");
  }

  /** Sends for as long as the plan says, and waits for what is under way. */
  public Verdict run() throws InterruptedException {
    return run(Long.MAX_VALUE);
  }

  /** The same with at most {@code messages} messages. */
  public Verdict run(long messages) throws InterruptedException {
    start(messages);
    await(finished(), "send");
    return drain();
  }

  /** Sends {@code messages} messages and waits until they are accepted, whoever gets them. */
  public void send(long messages) throws InterruptedException {
    start(messages);
    await(finished(), "send");
    await(
        poll(() -> users.stream().allMatch(user -> user.unanswered() == 0)), "have them accepted");
  }

  /** Begins to send, at most {@code messages} messages; again once that has finished. */
  public void start(long messages) {
    finishedSending = new CompletableFuture<>();
    loop.execute(
        () -> {
          createdBefore = created;
          limit = messages;
          startNanos = System.nanoTime();
          measureFromNanos = startNanos + plan.warmUp().toNanos();
          endNanos = measureFromNanos + plan.duration().toNanos();
          sending = true;
          if (repeats == null) {
            repeats =
                loop.scheduleAtFixedRate(
                    () -> users.forEach(VirtualUser::repeatUnanswered),
                    REPEAT_CHECK_MILLIS,
                    REPEAT_CHECK_MILLIS,
                    TimeUnit.MILLISECONDS);
          }
          if (plan.rate() > 0) {
            ticks =
                loop.scheduleAtFixedRate(
                    this::sendWhatIsDue, 0, TICK_MICROS, TimeUnit.MICROSECONDS);
          } else {
            fillWindows();
          }
        });
  }

  /** Completes when the last message has been sent for the first time. */
  public CompletableFuture<Void> finished() {
    if (finishedSending == null) {
      throw new IllegalStateException("the run has not been started");
    }
    return finishedSending;
  }

  /** How many messages the server has accepted so far. */
  public long accepted() throws InterruptedException {
    return onLoop(history::accepted);
  }

  /** For how long the oldest message is due that is not answered and delivered. */
  public Duration behind() throws InterruptedException {
    return onLoop(() -> behind(Set.of()));
  }

  /** The same without the sessions of those who do not read. */
  public Duration othersBehind() throws InterruptedException {
    return onLoop(
        () ->
            behind(
                conversations.stream()
                    .filter(c -> Arrays.stream(c.members()).anyMatch(m -> m < notReading))
                    .collect(Collectors.toSet())));
  }

  private Duration behind(Set<Conversation> besides) {
    long since = history.openSinceNanos(besides);
    return since == 0 ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - since);
  }

  /** The first users read nothing any more from their connections, which stay open. */
  public void stopReading(int howMany) {
    loop.execute(
        () -> {
          notReading = howMany;
          users.subList(0, howMany).forEach(user -> user.reading(false));
        });
  }

  /** All users read what comes. */
  public void readAgain() {
    loop.execute(() -> users.forEach(user -> user.reading(true)));
  }

  /** Those who do not send leave. */
  public void receiversLeave() throws InterruptedException {
    loop.execute(() -> receivers().forEach(VirtualUser::leave));
    await(poll(() -> receivers().noneMatch(VirtualUser::isListening)), "let the receivers leave");
  }

  /** They come back; what is stored for them comes. */
  public void receiversComeBack() {
    loop.execute(() -> receivers().forEach(VirtualUser::comeBack));
  }

  private Stream<VirtualUser> receivers() {
    return conversations.stream()
        .flatMapToInt(
            conversation -> IntStream.range(plan.senders(), plan.group()).map(conversation::member))
        .mapToObj(users::get);
  }

  /** From now on everybody says every {@code interval} that he is there, one after the other. */
  public void beginHeartbeats(Duration interval) {
    var _ =
        loop.scheduleAtFixedRate(
            new Runnable() {
              private int next;

              @Override
              public void run() {
                users.get(next).beat();
                next = (next + 1) % users.size();
              }
            },
            0,
            interval.toNanos() / users.size(),
            TimeUnit.NANOSECONDS);
  }

  /** How many heartbeats have not been answered. */
  public long unansweredHeartbeats() throws InterruptedException {
    return onLoop(() -> users.stream().mapToLong(VirtualUser::unansweredBeats).sum());
  }

  /** How many have had a connection break and made another. */
  public long reconnected() throws InterruptedException {
    return onLoop(() -> users.stream().filter(user -> user.connections() > 1).count());
  }

  /** How many deliveries there have been. */
  public long deliveries() throws InterruptedException {
    return onLoop(history::deliveries);
  }

  /** When the last one came, by {@code System.nanoTime()}. */
  public long lastDeliveryNanos() throws InterruptedException {
    return onLoop(history::lastDeliveryNanos);
  }

  /** Sends no more from now on. */
  public void stopSending() {
    loop.execute(this::finishSending);
  }

  /** Waits until everything is answered and delivered, at most as long as the plan allows. */
  public Verdict drain() throws InterruptedException {
    CompletableFuture<Void> quiet =
        poll(() -> history.complete() && users.stream().allMatch(user -> user.unanswered() == 0));
    try {
      quiet.get(plan.drain().toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      progress.accept("not everything had come when the time to wait was over");
    } catch (ExecutionException e) {
      throw new IllegalStateException("drain failed", e.getCause());
    }
    return onLoop(history::verdict);
  }

  /** Checks what the server has stored, page by page. */
  public Verdict audit(StoredMessages stored) throws InterruptedException {
    for (Conversation conversation : conversations) {
      List<DeliveryHistory.StoredEntry> entries =
          stored.of(conversation.id(), userId(conversation.member(0)));
      onLoop(
          () -> {
            history.stored(conversation, entries);
            return true;
          });
    }
    return onLoop(history::verdict);
  }

  /** Messages a second that were delivered while it was measured. */
  public double throughput() throws InterruptedException {
    return onLoop(
        () -> {
          double seconds =
              (Math.max(history.lastDeliveryNanos(), endNanos) - measureFromNanos) / 1e9;
          return history.measuredDeliveries() / (double) (plan.group() - 1) / seconds;
        });
  }

  /** How often the server refused or asked to come again. */
  public long refusals() throws InterruptedException {
    return onLoop(() -> users.stream().mapToLong(VirtualUser::refusals).sum());
  }

  private void sendWhatIsDue() {
    long now = System.nanoTime();
    double perNano = plan.rate() / 1e9;
    while (sending) {
      long due = startNanos + (long) ((created - createdBefore) / perNano);
      if (due >= endNanos || created - createdBefore >= limit) {
        finishSending();
        return;
      }
      if (due > now) {
        break;
      }
      sendOne(due);
    }
  }

  private long senders() {
    return (long) conversations.size() * plan.senders();
  }

  private void fillWindows() {
    for (int i = 0; i < plan.inFlight(); i++) {
      for (int n = 0; n < senders(); n++) {
        sendAsFastAsAnswered();
      }
    }
  }

  private void sendNextWhenAsFastAsAnswered() {
    if (plan.rate() == 0) {
      sendAsFastAsAnswered();
    }
  }

  private void sendAsFastAsAnswered() {
    long now = System.nanoTime();
    if (!sending) {
      return;
    }
    if (now >= endNanos || created - createdBefore >= limit) {
      finishSending();
      return;
    }
    sendOne(now);
  }

  private void sendOne(long due) {
    int turn = (int) (created % senders());
    Conversation conversation = conversations.get(turn / plan.senders());
    int sender = conversation.member(turn % plan.senders());
    created++;
    users.get(sender).send(history.sending(conversation, sender, due, due >= measureFromNanos));
  }

  private void finishSending() {
    sending = false;
    if (ticks != null) {
      ticks.cancel(false);
    }
    if (finishedSending != null) {
      finishedSending.complete(null);
    }
  }

  private <T> T onLoop(Callable<T> question) throws InterruptedException {
    try {
      return loop.submit(question).get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("the event loop failed", e.getCause());
    }
  }

  private CompletableFuture<Void> poll(BooleanSupplier condition) {
    CompletableFuture<Void> met = new CompletableFuture<>();
    var polling =
        loop.scheduleAtFixedRate(
            () -> {
              if (condition.getAsBoolean()) {
                met.complete(null);
              }
            },
            0,
            POLL_MILLIS,
            TimeUnit.MILLISECONDS);
    return met.whenComplete((done, failure) -> polling.cancel(false));
  }

  private void await(CompletableFuture<Void> step, String what) throws InterruptedException {
    Duration wait = SETUP_LIMIT.plus(plan.warmUp()).plus(plan.duration());
    try {
      step.get(wait.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      long there = users.stream().filter(VirtualUser::isListening).count();
      throw new IllegalStateException(
          "could not " + what + " within " + wait + "; " + there + " users are connected", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("could not " + what, e.getCause());
    }
  }

  @Override
  public void close() {
    if (repeats != null) {
      repeats.cancel(false);
    }
    loop.execute(() -> users.forEach(VirtualUser::stop));
    group.shutdownGracefully(100, 2_000, TimeUnit.MILLISECONDS).awaitUninterruptibly();
  }
}
