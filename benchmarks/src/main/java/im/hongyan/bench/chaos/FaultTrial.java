package im.hongyan.bench.chaos;

import im.hongyan.bench.history.Verdict;
import im.hongyan.bench.load.LoadPlan;
import im.hongyan.bench.load.LoadRun;
import im.hongyan.bench.load.StoredMessages;
import im.hongyan.bench.server.Target;
import im.hongyan.processes.suite.Part;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.ServiceReplica;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/** Tries one fault under load: before, meanwhile and after. */
final class FaultTrial {
  private static final int USERS = 40;
  private static final int RATE = 100;
  private static final Duration STEADY = Duration.ofSeconds(3);
  private static final Duration AFTERWARDS = Duration.ofSeconds(2);

  /** Messages come as before when none is due for longer than that. */
  private static final Duration NORMAL = Duration.ofSeconds(1);

  /**
   * Somebody waits for whom he should not when it takes longer than that, also on a busy machine.
   */
  private static final Duration NOTICED = Duration.ofSeconds(3);

  private static final Duration LOOK_EVERY = Duration.ofMillis(200);
  private static final Duration LONGEST_DRAIN = Duration.ofMinutes(1);

  private final RunningSuite suite;
  private final Fault fault;
  private final MemoryBaseline memory;
  private final List<String> problems = new ArrayList<>();

  FaultTrial(RunningSuite suite, Fault fault, MemoryBaseline memory) {
    this.suite = suite;
    this.fault = fault;
    this.memory = memory;
  }

  Outcome run(String name) throws Exception {
    Course course = underLoad(name);
    // All users have left, so that what is kept for them should have gone as well.
    return outcome(course.verdict(), course.lasted(), course.recovery());
  }

  private record Course(Verdict verdict, double lasted, double recovery) {}

  private Course underLoad(String name) throws Exception {
    LoadPlan plan =
        LoadPlan.on(new Target(suite.mqtt(), suite.http()))
            .users(USERS)
            .rate(RATE)
            .drain(LONGEST_DRAIN)
            .build();
    try (LoadRun run = new LoadRun(plan, name, line -> {});
        LoadRun crowd = fault.crowd() == 0 ? null : crowd(name);
        StoredMessages stored = new StoredMessages(plan.http(), plan.tokenPrefix())) {
      Scene scene = new Scene(suite, run, Optional.ofNullable(crowd));
      if (crowd != null) {
        crowd.logIn();
      }
      run.setUp();
      run.start(Long.MAX_VALUE);
      pause(STEADY);
      long struck = System.nanoTime();
      fault.strike().on(scene);
      watch(run, struck);
      heal(scene);
      double lasted = secondsSince(struck);
      double recovery = recover(run);
      pause(AFTERWARDS);
      run.stopSending();
      run.drain();
      readyAgain();
      return new Course(run.audit(stored), lasted, recovery);
    }
  }

  private LoadRun crowd(String name) {
    LoadPlan plan =
        LoadPlan.on(new Target(suite.mqtt(), suite.http()))
            .users(fault.crowd())
            .duration(Duration.ZERO)
            .build();
    return new LoadRun(plan, name + "-crowd", line -> {});
  }

  private void heal(Scene scene) throws Exception {
    try {
      fault.heal().on(scene);
    } catch (IllegalStateException e) {
      problems.add(String.valueOf(e.getMessage()));
    }
  }

  /**
   * While it lasts, who cannot serve must say so, nobody must ask to be started again, and those
   * who are not hit must notice nothing.
   */
  private void watch(LoadRun run, long struck) throws InterruptedException {
    Set<Part> silent = EnumSet.noneOf(Part.class);
    silent.addAll(fault.notReady());
    Duration othersBehind = Duration.ZERO;
    while (System.nanoTime() - struck < fault.lasts().toNanos()) {
      silent.removeIf(part -> suite.of(part).stream().noneMatch(ServiceReplica::isReady));
      if (fault.othersGoOn() && run.othersBehind().compareTo(othersBehind) > 0) {
        othersBehind = run.othersBehind();
      }
      pause(LOOK_EVERY);
    }
    silent.forEach(part -> problems.add(part + " said that it was ready while it could not serve"));
    if (!fault.notReady().isEmpty()) {
      suite.all().stream()
          .filter(replica -> replica.process().isAlive() && !replica.isLive())
          .forEach(replica -> problems.add(replica + " asked to be started again"));
    }
    if (othersBehind.compareTo(NOTICED) > 0) {
      problems.add("others waited for " + othersBehind.toMillis() + " ms");
    }
  }

  private double recover(LoadRun run) throws InterruptedException {
    long healed = System.nanoTime();
    while (run.behind().compareTo(NORMAL) > 0) {
      if (secondsSince(healed) > fault.recoversWithin().toSeconds()) {
        problems.add("no recovery within " + fault.recoversWithin().toSeconds() + " s");
        break;
      }
      pause(LOOK_EVERY);
    }
    return secondsSince(healed);
  }

  private void readyAgain() {
    long begun = System.nanoTime();
    for (ServiceReplica replica : suite.all()) {
      while (!replica.isReady()) {
        if (secondsSince(begun) > fault.recoversWithin().toSeconds()) {
          problems.add(replica + " is not ready again");
          break;
        }
        pause(LOOK_EVERY);
      }
    }
  }

  private Outcome outcome(Verdict verdict, double lasted, double recovery)
      throws IOException, InterruptedException {
    if (!verdict.kept()) {
      problems.addAll(verdict.examples());
    }
    if (verdict.accepted() < verdict.sent()) {
      problems.add(
          "%d of %d were not accepted"
              .formatted(verdict.sent() - verdict.accepted(), verdict.sent()));
    }
    return new Outcome(
        fault.name(),
        lasted,
        verdict.sent(),
        verdict.accepted(),
        verdict.lost(),
        verdict.duplicated(),
        verdict.reordered(),
        recovery,
        memory.total(problems),
        List.copyOf(problems));
  }

  private static double secondsSince(long nanos) {
    return (System.nanoTime() - nanos) / 1e9;
  }

  private static void pause(Duration duration) {
    LockSupport.parkNanos(duration.toNanos());
  }
}
