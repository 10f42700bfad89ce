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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The user system, asked with care: seldom, never by too many at once, never for long, and not at
 * all while it is down. Whoever it has accepted before keeps being accepted while it is down.
 */
final class GuardedUserSystem implements UserSystem, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GuardedUserSystem.class);

  /** What it is called in metrics. */
  private static final String NAME = "user-system";

  private final UserSystem asked;
  private final UserSystemProperties properties;
  private final Clock clock;
  private final Cache<TokenHash, Answer> answers;
  private final Bulkhead bulkhead;
  private final CircuitBreaker circuit;
  private final TimeLimiter timeLimit;
  private final ExecutorService calls =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("user-system-", 0).factory());

  GuardedUserSystem(
      UserSystem asked, UserSystemProperties properties, Clock clock, MeterRegistry meters) {
    this.asked = asked;
    this.properties = properties;
    this.clock = clock;
    this.answers =
        Caffeine.newBuilder()
            .maximumSize(properties.cachedTokens())
            .expireAfterWrite(properties.staleFor())
            .recordStats()
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
    CaffeineCacheMetrics.monitor(meters, answers, NAME);
  }

  @Override
  public boolean knows(String token) {
    Answer known = answers.getIfPresent(TokenHash.of(token));
    // One that was accepted and is no longer fresh is asked for again: a user who comes back.
    return known != null
        && (known.accepted() != null || known.isFresh(properties, clock.instant()));
  }

  @Override
  public UserId ownerOf(String token) {
    TokenHash hash = TokenHash.of(token);
    Answer known = answers.getIfPresent(hash);
    if (known != null && known.isFresh(properties, clock.instant())) {
      return known.owner();
    }
    try {
      UserId owner = ask(token);
      answers.put(hash, new Answer(owner, null, clock.instant()));
      return owner;
    } catch (HongyanException e) {
      if (!isFailure(e)) {
        answers.put(hash, new Answer(null, e, clock.instant()));
      } else if (known != null && known.outlivesOutage(properties, clock.instant())) {
        return known.owner();
      }
      throw e;
    }
  }

  private UserId ask(String token) {
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

  /** What the user system has said about a token; exactly one of owner and refusal is there. */
  private record Answer(@Nullable UserId accepted, @Nullable HongyanException refusal, Instant at) {
    boolean isFresh(UserSystemProperties properties, Instant now) {
      Duration fresh = accepted == null ? properties.refusedFor() : properties.acceptedFor();
      return now.isBefore(at.plus(fresh));
    }

    boolean outlivesOutage(UserSystemProperties properties, Instant now) {
      return accepted != null && now.isBefore(at.plus(properties.staleFor()));
    }

    UserId owner() {
      if (accepted != null) {
        return accepted;
      }
      throw refusal == null ? down() : refusal;
    }
  }
}
