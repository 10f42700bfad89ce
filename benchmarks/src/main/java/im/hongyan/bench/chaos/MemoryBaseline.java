package im.hongyan.bench.chaos;

import im.hongyan.bench.server.LiveHeap;
import im.hongyan.processes.suite.RunningSuite;
import im.hongyan.processes.suite.ServiceReplica;
import java.io.IOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What each process kept in its heap after the first trial; later ones must not leave much more.
 */
final class MemoryBaseline {
  /** Caches fill with what each trial brings; a leak of what waited is more than that. */
  private static final long MORE_MEGABYTES = 24;

  private static final long KIB_PER_MIB = 1024;

  private final RunningSuite suite;
  private final Map<String, Long> first = new HashMap<>();

  MemoryBaseline(RunningSuite suite) {
    this.suite = suite;
  }

  /** What all keep now, in MiB; adds to {@code problems} who keeps too much. */
  long total(List<String> problems) throws IOException, InterruptedException {
    long total = 0;
    for (ServiceReplica replica : suite.all()) {
      long now = LiveHeap.kib(replica.process().pid()) / KIB_PER_MIB;
      long before = first.computeIfAbsent(replica.toString(), name -> now);
      if (now > before + MORE_MEGABYTES) {
        problems.add("%s keeps %d MiB, %d after the first trial".formatted(replica, now, before));
      }
      total += now;
    }
    return total;
  }
}
