package im.hongyan.ingest.limit;

import io.github.bucket4j.TimeMeter;
import java.util.concurrent.atomic.AtomicLong;

/** Makes rate limits whose time a test turns. */
public final class Limits {
  private Limits() {}

  /** {@code input} a second, and ten times that at once, of whatever a user sends. */
  public static SenderRateLimit of(long perSecond, long burst, long input, AtomicLong nanos) {
    return new SenderRateLimit(
        new RateLimitProperties(perSecond, burst, input, input * 10, 1000),
        new TimeMeter() {
          @Override
          public long currentTimeNanos() {
            return nanos.get();
          }

          @Override
          public boolean isWallClockBased() {
            return false;
          }
        });
  }
}
