package im.hongyan.auth.brokerhook;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.model.HongyanException;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.springframework.stereotype.Component;

/**
 * Bounds the logins from one address that the user system would have to judge, so that nobody keeps
 * it busy with guesses. A login that proves good is given back: many users may share an address.
 * Thread-safe, never blocks.
 */
@Component
final class LoginLimit {
  private static final int MAX_ADDRESSES = 100_000;

  private final BrokerProperties limits;
  private final TimeMeter time;
  private final Cache<String, Bucket> addresses;

  LoginLimit(BrokerProperties limits, Clock clock) {
    this.limits = limits;
    this.time = new Millis(clock);
    // A bucket that nobody has touched for this long is full again, as a new one is.
    Duration untilFull = Duration.ofSeconds(limits.addressBurst() / limits.addressRate() + 1L);
    this.addresses =
        Caffeine.newBuilder()
            .maximumSize(MAX_ADDRESSES)
            .expireAfterAccess(untilFull)
            .ticker(time::currentTimeNanos)
            .build();
  }

  /** Counts a login; RATE_LIMITED where it is one too many. */
  void count(String address) {
    ConsumptionProbe probe = bucket(address).tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw HongyanException.rateLimited(
          "logins from this address: more than %d/s (burst %d)"
              .formatted(limits.addressRate(), limits.addressBurst()),
          Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }

  /** A login that was counted has proved good. */
  void giveBack(String address) {
    bucket(address).addTokens(1);
  }

  private Bucket bucket(String address) {
    return addresses.get(address, a -> newBucket());
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .withCustomTimePrecision(time)
        .addLimit(
            limit ->
                limit
                    .capacity(limits.addressBurst())
                    .refillGreedy(limits.addressRate(), Duration.ofSeconds(1)))
        .build();
  }

  /** The service's clock, as buckets read one. */
  private record Millis(Clock clock) implements TimeMeter {
    @Override
    public long currentTimeNanos() {
      return TimeUnit.MILLISECONDS.toNanos(clock.millis());
    }

    @Override
    public boolean isWallClockBased() {
      return true;
    }
  }
}
