package im.hongyan.amqp;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** How long to wait before the next try: doubling up to a limit, the last half at random. */
record Backoff(Duration least, Duration most, RandomGenerator random) {
  private static final int MAX_DOUBLINGS = 20;

  /** The pause before try {@code attempt}, counted from 1, in milliseconds; at least 1. */
  long millis(int attempt) {
    int doublings = Math.min(Math.max(attempt - 1, 0), MAX_DOUBLINGS);
    long pause = Math.min(least.toMillis() << doublings, most.toMillis());
    return Math.max(1, pause / 2 + random.nextLong(pause / 2 + 1));
  }

  long nanos(int attempt) {
    return TimeUnit.MILLISECONDS.toNanos(millis(attempt));
  }
}
