package im.hongyan.bench.chaos;

import im.hongyan.processes.suite.Part;
import im.hongyan.processes.suite.RunningSuite;
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
 * @param strike makes it go wrong
 * @param heal makes it good again
 */
record Fault(
    String name,
    boolean brief,
    Duration lasts,
    Duration recoversWithin,
    List<Part> notReady,
    Act strike,
    Act heal) {
  /** Does something to the suite. */
  @FunctionalInterface
  interface Act {
    void on(RunningSuite suite) throws Exception;
  }
}
