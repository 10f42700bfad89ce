package im.hongyan.file.clean;

import java.time.Clock;
import java.time.Instant;

/** Keeps to every rule, with names that only look like forbidden ones. */
public record DatabaseBase64(Clock clock) {
  /** What time it is. */
  public Instant now() {
    return System.nanoTime() > 0 ? Instant.now(clock) : clock.instant();
  }
}
