package im.hongyan.bench.chaos;

import im.hongyan.processes.suite.Part;
import java.time.Duration;
import java.util.List;

/**
 * Something that goes wrong for a while.
 *
 * @param name what it is called on the command line and in the report
 * @param brief whether it belongs to the short set
 * @param lasts how long until it is healed
 * @param recoversWithin how long after that, at most, until messages come as before
 * @param notReady services that say meanwhile that they are not ready, as they cannot serve
 * @param crowd how many users are connected besides those who send
 * @param need what must be installed to try it
 * @param othersGoOn whether those who are not hit notice nothing meanwhile
 * @param strike makes it go wrong
 * @param heal makes it good again
 */
record Fault(
    String name,
    boolean brief,
    Duration lasts,
    Duration recoversWithin,
    List<Part> notReady,
    int crowd,
    Need need,
    boolean othersGoOn,
    Act strike,
    Act heal) {
  /** Within it connections are made again and what waited is delivered. */
  private static final Duration A_RECONNECT = Duration.ofSeconds(45);

  /** Within it a killed service has started and taken its partitions. */
  private static final Duration A_START = Duration.ofSeconds(90);

  /** What a fault needs besides the suite. */
  enum Need {
    NOTHING,
    /** A clock of the services' own. */
    MOVABLE_CLOCK
  }

  /** Does something to what a fault is tried on. */
  @FunctionalInterface
  interface Act {
    void on(Scene scene) throws Exception;
  }

  /** One that happens at once and heals by itself. */
  static Fault of(String name, Act strike) {
    return new Fault(
        name,
        false,
        Duration.ZERO,
        A_RECONNECT,
        List.of(),
        0,
        Need.NOTHING,
        false,
        strike,
        scene -> {});
  }

  /** The same, lasting until it is healed so. */
  Fault lasting(int seconds, Act newHeal) {
    return new Fault(
        name,
        brief,
        Duration.ofSeconds(seconds),
        recoversWithin,
        notReady,
        crowd,
        need,
        othersGoOn,
        strike,
        newHeal);
  }

  /** The same in the short set. */
  Fault inShortSet() {
    return new Fault(
        name, true, lasts, recoversWithin, notReady, crowd, need, othersGoOn, strike, heal);
  }

  /** The same, but a service must start before messages come as before. */
  Fault healedByAStart() {
    return new Fault(name, brief, lasts, A_START, notReady, crowd, need, othersGoOn, strike, heal);
  }

  /** The same, in which these must say that they cannot serve. */
  Fault stopping(List<Part> parts) {
    return new Fault(
        name, brief, lasts, recoversWithin, parts, crowd, need, othersGoOn, strike, heal);
  }

  /** The same with so many more users connected. */
  Fault withCrowd(int users) {
    return new Fault(
        name, brief, lasts, recoversWithin, notReady, users, need, othersGoOn, strike, heal);
  }

  /** The same with a need. */
  Fault needing(Need newNeed) {
    return new Fault(
        name, brief, lasts, recoversWithin, notReady, crowd, newNeed, othersGoOn, strike, heal);
  }

  /** The same, in which those who are not hit must notice nothing. */
  Fault sparingOthers() {
    return new Fault(name, brief, lasts, recoversWithin, notReady, crowd, need, true, strike, heal);
  }
}
