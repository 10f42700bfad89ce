package im.hongyan.bench.chaos;

import java.util.List;

/**
 * What came of a fault.
 *
 * @param fault its name
 * @param seconds how long it lasted until it was healed
 * @param sent messages sent while it was tried
 * @param accepted of those, what the suite said it keeps
 * @param lost accepted, and not delivered or not stored
 * @param duplicated stored more than once
 * @param reordered delivered or stored out of order
 * @param recoverySeconds from the end of the fault until messages came as before
 * @param heapMegabytes what the heaps of all services together keep afterwards
 * @param problems what was promised and not kept, in words; empty is good
 */
record Outcome(
    String fault,
    double seconds,
    long sent,
    long accepted,
    long lost,
    long duplicated,
    long reordered,
    double recoverySeconds,
    long heapMegabytes,
    List<String> problems) {
  boolean good() {
    return problems.isEmpty();
  }
}
