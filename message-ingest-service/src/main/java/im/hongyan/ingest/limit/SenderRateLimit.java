package im.hongyan.ingest.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;

/**
 * One bucket for each user. Acknowledgements and heartbeats are free: their number follows from
 * what others send and from time. Thread-safe, never blocks.
 */
public final class SenderRateLimit {
  private final RateLimitProperties properties;
  private final TimeMeter time;
  private final Cache<UserId, Bucket> buckets;

  SenderRateLimit(RateLimitProperties properties, TimeMeter time) {
    this.properties = properties;
    this.time = time;
    // A bucket that nobody has touched for this long is full again, as a new one is.
    Duration refill = Duration.ofSeconds(properties.burst() / properties.perSecond() + 1);
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(properties.trackedUsers())
            .expireAfterAccess(refill)
            .ticker(time::currentTimeNanos)
            .build();
  }

  /** Takes one command out of the sender's bucket, or says when to come back. */
  public Optional<HongyanException> refusalOf(UserId sender, ClientMessage message) {
    if (message instanceof ClientMessage.MsgRecv || message instanceof ClientMessage.Heartbeat) {
      return Optional.empty();
    }
    Bucket bucket = buckets.get(sender, user -> newBucket());
    if (bucket.tryConsume(1)) {
      return Optional.empty();
    }
    long nanos = bucket.estimateAbilityToConsume(1).getNanosToWaitForRefill();
    return Optional.of(
        HongyanException.rateLimited(
            "more than %d messages a second (expected: at most that, %d at once)"
                .formatted(properties.perSecond(), properties.burst()),
            Duration.ofMillis(Math.max(1, Math.ceilDiv(nanos, 1_000_000L)))));
  }

  private Bucket newBucket() {
    return Bucket.builder()
        .withCustomTimePrecision(time)
        .addLimit(
            limit ->
                limit
                    .capacity(properties.burst())
                    .refillGreedy(properties.perSecond(), Duration.ofSeconds(1)))
        .build();
  }
}
