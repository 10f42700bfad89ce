package im.hongyan.standalone;

import java.time.Duration;

/** Hears which parts are ready; called from several threads. */
@FunctionalInterface
public interface Progress {
  /** Tells nobody. */
  Progress SILENT = (part, after) -> {};

  /** A part is ready, so long after it began to start. */
  void ready(String part, Duration after);
}
