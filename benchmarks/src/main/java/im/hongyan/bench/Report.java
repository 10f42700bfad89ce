package im.hongyan.bench;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import im.hongyan.bench.history.Percentiles;
import im.hongyan.bench.history.Verdict;
import java.util.Locale;

/**
 * What a run of the benchmark found, as printed and as JSON.
 *
 * @param verdict what was sent, delivered, lost...
 * @param throughput messages a second while it was measured
 * @param refusals answers that asked the client to come again
 */
record Report(@JsonUnwrapped Verdict verdict, double throughput, long refusals) {
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
        %s"""
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
            verdict.examples().isEmpty() ? "" : String.join("\n", verdict.examples()) + "\n");
  }

  private static String line(Percentiles of) {
    return String.format(
        Locale.ROOT, "%10.1f%10.1f%10.1f%10.1f", of.p50(), of.p95(), of.p99(), of.max());
  }
}
