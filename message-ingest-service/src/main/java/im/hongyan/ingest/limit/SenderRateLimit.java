package im.hongyan.ingest.limit;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.Optional;

/**
 * Two buckets for each user. Everything that comes in takes from a generous one, by its size and
 * before anybody reads it; commands take from a smaller one as well. Acknowledgements and
 * heartbeats do not, since their number follows from what others send and from time. Thread-safe,
 * never blocks.
 */
public final class SenderRateLimit {
  /** Up to so many bytes count as one input, larger ones as so many more. */
  private static final int BYTES_OF_ONE = 4096;

  private final RateLimitProperties properties;
  private final TimeMeter time;
  private final Cache<UserId, Buckets> buckets;

  SenderRateLimit(RateLimitProperties properties, TimeMeter time) {
    this.properties = properties;
    this.time = time;
    // Buckets that nobody has touched for this long are full again, as new ones are.
    long refill =
        Math.max(
            properties.burst() / properties.perSecond(),
            properties.inputBurst() / properties.inputPerSecond());
    this.buckets =
        Caffeine.newBuilder()
            .maximumSize(properties.trackedUsers())
            .expireAfterAccess(Duration.ofSeconds(refill + 1))
            .ticker(time::currentTimeNanos)
            .build();
  }

  private record Buckets(Bucket input, Bucket commands) {}

  /** Takes one input out of the sender's bucket, or says when to come back. */
  public Optional<HongyanException> refusalOf(UserId sender, int bytes) {
    int counted = Math.min(bytes, WireCodec.MAX_MESSAGE_BYTES);
    long cost = Math.min(1 + counted / BYTES_OF_ONE, properties.inputBurst());
    return take(bucketsOf(sender).input(), cost)
        .map(
            wait ->
                HongyanException.rateLimited(
                    "more than %d inputs a second (expected: at most that, %d at once)"
                        .formatted(properties.inputPerSecond(), properties.inputBurst()),
                    wait));
  }

  /** Takes one command out of the sender's bucket, or says when to come back. */
  public Optional<HongyanException> refusalOf(UserId sender, ClientMessage message) {
    if (message instanceof ClientMessage.MsgRecv || message instanceof ClientMessage.Heartbeat) {
      return Optional.empty();
    }
    return take(bucketsOf(sender).commands(), 1)
        .map(
            wait ->
                HongyanException.rateLimited(
                    "more than %d messages a second (expected: at most that, %d at once)"
                        .formatted(properties.perSecond(), properties.burst()),
                    wait));
  }

  /** How long to wait; empty where nobody has to. */
  private static Optional<Duration> take(Bucket bucket, long cost) {
    if (bucket.tryConsume(cost)) {
      return Optional.empty();
    }
    long nanos = bucket.estimateAbilityToConsume(cost).getNanosToWaitForRefill();
    return Optional.of(Duration.ofMillis(Math.max(1, Math.ceilDiv(nanos, 1_000_000L))));
  }

  private Buckets bucketsOf(UserId sender) {
    return buckets.get(
        sender,
        user ->
            new Buckets(
                bucket(properties.inputPerSecond(), properties.inputBurst()),
                bucket(properties.perSecond(), properties.burst())));
  }

  private Bucket bucket(long perSecond, long burst) {
    return Bucket.builder()
        .withCustomTimePrecision(time)
        .addLimit(limit -> limit.capacity(burst).refillGreedy(perSecond, Duration.ofSeconds(1)))
        .build();
  }
}
