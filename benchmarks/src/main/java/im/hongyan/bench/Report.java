package im.hongyan.bench;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import im.hongyan.bench.history.Percentiles;
import im.hongyan.bench.history.Verdict;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a run of the benchmark found, as printed and as JSON.
 *
 * @param verdict what was sent, delivered, lost...
 * @param group how many are in a session
 * @param throughput messages a second while it was measured
 * @param refusals answers that asked the client to come again
 * @param processorMs the server's processor time for a delivery, warming up included; null where
 *     the server is not the benchmark's own
 */
record Report(
    @JsonUnwrapped Verdict verdict,
    int group,
    double throughput,
    long refusals,
    @Nullable Double processorMs) {
  /** Deliveries a second while it was measured: each message counts once for each receiver. */
  @JsonProperty
  double deliveriesPerSecond() {
    return throughput * (group - 1);
  }

  String text() {
    return """

        accepted    %,12d     lost        %,8d
        delivered   %,12d     duplicated  %,8d
        throughput  %,12.0f/s   reordered   %,8d
        copies      %,12d     outsiders   %,8d
        refusals    %,12d
                              p50       p95       p99       max   ms
        send to reply  %s
        send to push   %s
        %s%s"""
        .formatted(
            verdict.accepted(),
            verdict.lost(),
            verdict.delivered(),
            verdict.duplicated(),
            throughput,
            verdict.reordered(),
            verdict.copies(),
            verdict.toOutsiders(),
            refusals,
            line(verdict.sendToReplyMs()),
            line(verdict.sendToPushMs()),
            (processorMs == null
                    ? ""
                    : "processor   %,12.2f ms a delivery%n".formatted(processorMs))
                + (group > 2 ? ofGroups() : ""),
            verdict.examples().isEmpty() ? "" : String.join("\n", verdict.examples()) + "\n");
  }

  private String ofGroups() {
    return "send to all    %s%ndeliveries  %,12.0f/s%n"
        .formatted(line(verdict.sendToAllMs()), deliveriesPerSecond());
  }

  private static String line(Percentiles of) {
    return String.format(
        Locale.ROOT, "%10.1f%10.1f%10.1f%10.1f", of.p50(), of.p95(), of.p99(), of.max());
  }
}
