package im.hongyan.gateway.limits;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;
import org.springframework.stereotype.Component;

/** Token buckets of users and addresses; each lives until it would be full again anyway. */
@Component
public final class RateLimits {
  private static final int MAX_BUCKETS = 200_000;

  private final LimitProperties limits;
  private final Cache<UserId, Bucket> users;
  private final Cache<String, Bucket> addresses;

  RateLimits(LimitProperties limits) {
    this.limits = limits;
    this.users = buckets(limits.userRate(), limits.userBurst());
    this.addresses = buckets(limits.addressRate(), limits.addressBurst());
  }

  /** Counts one request of a user; RATE_LIMITED where it is too many. */
  public void countRequest(UserId user) {
    take(
        users.get(user, u -> bucket(limits.userRate(), limits.userBurst())),
        "requests: more than %d/s (burst %d)",
        limits.userRate(),
        limits.userBurst());
  }

  /** Counts one login or connection from an address; RATE_LIMITED where it is too many. */
  public void countLogin(String address) {
    take(
        addresses.get(address, a -> bucket(limits.addressRate(), limits.addressBurst())),
        "logins from this address: more than %d/s (burst %d)",
        limits.addressRate(),
        limits.addressBurst());
  }

  private static void take(Bucket bucket, String sentence, int rate, int burst) {
    ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
    if (!probe.isConsumed()) {
      throw HongyanException.rateLimited(
          sentence.formatted(rate, burst), Duration.ofNanos(probe.getNanosToWaitForRefill()));
    }
  }

  private static Bucket bucket(int rate, int burst) {
    return Bucket.builder()
        .addLimit(limit -> limit.capacity(burst).refillGreedy(rate, Duration.ofSeconds(1)))
        .build();
  }

  private static <K> Cache<K, Bucket> buckets(int rate, int burst) {
    Duration untilFull = Duration.ofSeconds(burst / rate + 1L);
    return Caffeine.newBuilder().maximumSize(MAX_BUCKETS).expireAfterAccess(untilFull).build();
  }
}
