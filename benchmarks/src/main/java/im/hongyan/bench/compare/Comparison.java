package im.hongyan.bench.compare;

import com.fasterxml.jackson.annotation.JsonProperty;
import im.hongyan.bench.history.Percentiles;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What a comparison found, as printed and as JSON.
 *
 * @param plan the load, the same for all
 * @param measured each subject, in the order in which it was loaded
 */
public record Comparison(ComparePlan plan, List<Measured> measured) {
  /** Copies the list. */
  public Comparison {
    measured = List.copyOf(measured);
  }

  /** How far each way of running Hongyan is from the limit. */
  @JsonProperty
  public List<Ratio> ratios() {
    Optional<Measured> limit =
        measured.stream().filter(of -> of.subject() == Subject.BOTH_BROKERS).findFirst();
    return measured.stream()
        .filter(of -> of.subject().isHongyan())
        .flatMap(of -> limit.map(least -> Ratio.of(of, least)).stream())
        .toList();
  }

  /** Whether nothing was lost anywhere and Hongyan kept its promises. */
  @JsonProperty
  public boolean whole() {
    return measured.stream().allMatch(Measured::whole);
  }

  /** The table. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        format(
            "%n%d users in pairs, %d bytes; latencies in ms at %d/s; max: as fast as confirmed%n%n",
            plan.users(), plan.bytes(), plan.rate()));
    text.append(
        format(
            "%-26s%36s%36s%10s%31s%n",
            "", "sent to confirmed", "sent to delivered", "max", "of the limit: delivered"));
    text.append(
        format(
            "%-26s%9s%9s%9s%9s%9s%9s%9s%9s%10s%9s%7s%7s%8s%n",
            "", "p50", "p95", "p99", "max", "p50", "p95", "p99", "max", "/s", "p50", "p95", "p99",
            "max/s"));
    for (Measured of : measured) {
      text.append(line(of));
    }
    measured.stream().filter(of -> !of.whole()).forEach(of -> text.append(missing(of)));
    return text.toString();
  }

  private String line(Measured of) {
    String ratio =
        ratios().stream()
            .filter(each -> each.subject() == of.subject())
            .findFirst()
            .map(
                each ->
                    format(
                        "%9.1f%7.1f%7.1f%8.2f",
                        each.p50(), each.p95(), each.p99(), each.throughput()))
            .orElse("");
    return format(
        "%-26s%s%s%10.0f%s%n",
        of.subject().title(),
        latencies(of.atRate().confirmedMs()),
        latencies(of.atRate().deliveredMs()),
        of.asFast().perSecond(),
        ratio);
  }

  private static String latencies(Percentiles of) {
    return format("%9.1f%9.1f%9.1f%9.1f", of.p50(), of.p95(), of.p99(), of.max());
  }

  private static String missing(Measured of) {
    return format(
        "%s: not whole; at the rate %s; as fast as confirmed %s%n",
        of.subject().title(), counts(of.atRate()), counts(of.asFast()));
  }

  private static String counts(Figures of) {
    return format("%d sent, %d confirmed, %d delivered", of.sent(), of.confirmed(), of.delivered());
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
