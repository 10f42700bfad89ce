package im.hongyan.moderation.stream;

import im.hongyan.moderation.verdict.Verdict;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;

/** What is counted about the stage; looked up once, since looking up costs more than counting. */
record StageMeters(Counter pass, Counter mask, Counter reject, Counter review, Counter unknown) {
  StageMeters(MeterRegistry registry) {
    this(
        registry.counter("hongyan.moderation.verdicts", "verdict", "pass"),
        registry.counter("hongyan.moderation.verdicts", "verdict", "mask"),
        registry.counter("hongyan.moderation.verdicts", "verdict", "reject"),
        registry.counter("hongyan.moderation.verdicts", "verdict", "review"),
        registry.counter("hongyan.moderation.events.unknown"));
  }

  Counter of(Verdict verdict) {
    return switch (verdict) {
      case Verdict.Pass it -> pass;
      case Verdict.Mask it -> mask;
      case Verdict.Reject it -> reject;
      case Verdict.Review it -> review;
    };
  }
}
