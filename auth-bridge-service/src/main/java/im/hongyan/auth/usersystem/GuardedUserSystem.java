package im.hongyan.auth.usersystem;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import io.github.resilience4j.bulkhead.Bulkhead;
import io.github.resilience4j.bulkhead.BulkheadConfig;
import io.github.resilience4j.bulkhead.BulkheadFullException;
import io.github.resilience4j.bulkhead.BulkheadRegistry;
import io.github.resilience4j.circuitbreaker.CallNotPermittedException;
import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.micrometer.tagged.TaggedBulkheadMetrics;
import io.github.resilience4j.micrometer.tagged.TaggedCircuitBreakerMetrics;
import io.github.resilience4j.timelimiter.TimeLimiter;
import io.github.resilience4j.timelimiter.TimeLimiterConfig;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.cache.CaffeineCacheMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user system, asked with care: seldom, never by too many at once, never for long, and not at
 * all while it is down. Whoever it has accepted before, whichever instance asked, keeps being
 * accepted while it is down, until his token ends. One that judges by itself is only remembered.
 */
final class GuardedUserSystem implements UserSystem, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GuardedUserSystem.class);

  /** What it is called in metrics. */
  private static final String NAME = "user-system";

  /** Whoever sends wrong tokens must not drive out what is known of good ones. */
  private static final int MOST_REFUSALS = 10_000;

  private final UserSystem asked;
  private final AcceptedTokens everywhere;
  private final UserSystemProperties properties;
  private final Clock clock;
  private final Cache<TokenHash, Acceptance> accepted;
  private final Cache<TokenHash, Refusal> refused;
  private final Bulkhead bulkhead;
  private final CircuitBreaker circuit;
  private final TimeLimiter timeLimit;
  private final ExecutorService calls =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("user-system-", 0).factory());

  GuardedUserSystem(
      UserSystem asked,
      AcceptedTokens everywhere,
      UserSystemProperties properties,
      Clock clock,
      MeterRegistry meters) {
    this.asked = asked;
    this.everywhere = everywhere;
    this.properties = properties;
    this.clock = clock;
    this.accepted =
        Caffeine.newBuilder()
            .maximumSize(properties.cachedTokens())
            .expireAfterWrite(properties.staleFor())
            .recordStats()
            .build();
    this.refused =
        Caffeine.newBuilder()
            .maximumSize(Math.min(MOST_REFUSALS, properties.cachedTokens()))
            .expireAfterWrite(properties.refusedFor())
            .build();
    BulkheadRegistry bulkheads =
        BulkheadRegistry.of(
            BulkheadConfig.custom()
                .maxConcurrentCalls(properties.maxConcurrent())
                .maxWaitDuration(properties.timeLimit())
                .build());
    this.bulkhead = bulkheads.bulkhead(NAME);
    CircuitBreakerRegistry circuits =
        CircuitBreakerRegistry.of(
            CircuitBreakerConfig.custom()
                .slidingWindowSize(properties.circuit().calls())
                .minimumNumberOfCalls(Math.min(10, properties.circuit().calls()))
                .failureRateThreshold(properties.circuit().failureRate())
                .waitDurationInOpenState(properties.circuit().openFor())
                .clock(clock)
                .currentTimestampFunction(Clock::millis, java.util.concurrent.TimeUnit.MILLISECONDS)
                // A refused token is an answer: the user system works.
                .recordException(GuardedUserSystem::isFailure)
                .build());
    this.circuit = circuits.circuitBreaker(NAME);
    circuit
        .getEventPublisher()
        .onStateTransition(
            event -> log.warn("the user system's circuit: {}", event.getStateTransition()));
    this.timeLimit =
        TimeLimiter.of(
            TimeLimiterConfig.custom()
                .timeoutDuration(properties.timeLimit())
                .cancelRunningFuture(true)
                .build());
    TaggedCircuitBreakerMetrics.ofCircuitBreakerRegistry(circuits).bindTo(meters);
    TaggedBulkheadMetrics.ofBulkheadRegistry(bulkheads).bindTo(meters);
    CaffeineCacheMetrics.monitor(meters, accepted, NAME);
  }

  @Override
  public boolean knows(String token) {
    TokenHash hash = TokenHash.of(token);
    // One that was accepted and is no longer fresh is asked for again: a user who comes back.
    return accepted.getIfPresent(hash) != null || freshRefusal(hash) != null;
  }

  @Override
  public Owner ownerOf(String token) {
    TokenHash hash = TokenHash.of(token);
    Acceptance known = accepted.getIfPresent(hash);
    if (known != null && known.counts(properties.acceptedFor(), clock.instant())) {
      return known.owner();
    }
    Refusal refusal = freshRefusal(hash);
    if (refusal != null) {
      throw refusal.why();
    }
    try {
      Owner answer = ask(token);
      Acceptance acceptance = new Acceptance(answer.user(), clock.instant(), answer.end());
      accepted.put(hash, acceptance);
      return acceptance.owner();
    } catch (HongyanException e) {
      if (!isFailure(e)) {
        refuse(hash, e);
        throw e;
      }
      return stillAccepted(hash, known).orElseThrow(() -> e).owner();
    }
  }

  private @Nullable Refusal freshRefusal(TokenHash hash) {
    Refusal refusal = refused.getIfPresent(hash);
    return refusal != null && clock.instant().isBefore(refusal.at().plus(properties.refusedFor()))
        ? refusal
        : null;
  }

  private void refuse(TokenHash hash, HongyanException why) {
    accepted.invalidate(hash);
    refused.put(hash, new Refusal(why, clock.instant()));
    try {
      everywhere.forget(hash);
    } catch (HongyanException e) {
      log.warn("a refused token could not be forgotten: {}", e.getMessage());
    }
  }

  /** What counts while the user system is down: what is known here, or to any other instance. */
  private Optional<Acceptance> stillAccepted(TokenHash hash, @Nullable Acceptance known) {
    Instant now = clock.instant();
    if (known != null && known.counts(properties.staleFor(), now)) {
      return Optional.of(known);
    }
    try {
      Optional<Acceptance> learned =
          everywhere
              .find(hash)
              .flatMap(Acceptance::of)
              .filter(one -> one.counts(properties.staleFor(), now));
      learned.ifPresent(one -> accepted.put(hash, one));
      return learned;
    } catch (HongyanException e) {
      log.warn("tokens accepted before are not known: {}", e.getMessage());
      return Optional.empty();
    }
  }

  private Owner ask(String token) {
    if (asked.isLocal()) {
      return asked.ownerOf(token);
    }
    try {
      // The bulkhead is outside: waiting for a place is no failure of the user system.
      return bulkhead.executeCallable(
          () ->
              circuit.executeCallable(
                  () ->
                      timeLimit.executeFutureSupplier(
                          () -> calls.submit(() -> asked.ownerOf(token)))));
    } catch (HongyanException e) {
      throw e;
    } catch (CallNotPermittedException | BulkheadFullException e) {
      throw down();
    } catch (TimeoutException e) {
      throw HongyanException.unavailable("the user system takes too long; try again", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw down();
    } catch (Exception e) {
      throw HongyanException.unavailable("the user system cannot be asked; try again", e);
    }
  }

  private static HongyanException down() {
    return HongyanException.unavailable("the user system cannot be asked now; try again", null);
  }

  private static boolean isFailure(Throwable e) {
    return !(e instanceof HongyanException known) || known.code() == ErrorCode.UNAVAILABLE;
  }

  @Override
  public void close() {
    calls.shutdownNow();
  }

  /** The user system has accepted a token. */
  private record Acceptance(UserId user, Instant at, @Nullable Instant end) {
    static Optional<Acceptance> of(Owner stored) {
      Instant at = stored.acceptedAt();
      return at == null
          ? Optional.empty()
          : Optional.of(new Acceptance(stored.user(), at, stored.end()));
    }

    /** Whether it does within {@code time} of having been given; never beyond the token's end. */
    boolean counts(Duration time, Instant now) {
      return now.isBefore(at.plus(time)) && (end == null || now.isBefore(end));
    }

    Owner owner() {
      return new Owner(user, at, end);
    }
  }

  /** The user system has refused a token. */
  private record Refusal(HongyanException why, Instant at) {}
}
