package im.hongyan.ingest.limit;

import io.github.bucket4j.TimeMeter;
import java.util.concurrent.atomic.AtomicLong;

/** Makes rate limits whose time a test turns. */
public final class Limits {
  private Limits() {}

  public static SenderRateLimit of(long perSecond, long burst, AtomicLong nanos) {
    return new SenderRateLimit(
        new RateLimitProperties(perSecond, burst, 1000),
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
