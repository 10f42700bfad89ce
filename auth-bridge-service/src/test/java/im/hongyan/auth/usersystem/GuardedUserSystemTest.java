package im.hongyan.auth.usersystem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import im.hongyan.testsupport.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class GuardedUserSystemTest {
  private final MutableClock clock = MutableClock.atNewYear();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final AtomicInteger asked = new AtomicInteger();
  private volatile UserSystem behind = GuardedUserSystemTest::named;
  private final Map<TokenHash, Owner> stored = new ConcurrentHashMap<>();
  private boolean storeDown;
  private boolean local;
  private final GuardedUserSystem guarded = instance(meters);

  private GuardedUserSystem instance(SimpleMeterRegistry itsMeters) {
    UserSystem counted =
        new UserSystem() {
          @Override
          public Owner ownerOf(String token) {
            asked.incrementAndGet();
            return behind.ownerOf(token);
          }

          @Override
          public boolean isLocal() {
            return local;
          }
        };
    AcceptedTokens everywhere =
        new AcceptedTokens() {
          @Override
          public Optional<Owner> find(TokenHash token) {
            checkStore();
            return Optional.ofNullable(stored.get(token));
          }

          @Override
          public void forget(TokenHash token) {
            checkStore();
            stored.remove(token);
          }
        };
    return new GuardedUserSystem(
        counted, everywhere, properties(Duration.ofMillis(200)), clock, itsMeters);
  }

  private void checkStore() {
    if (storeDown) {
      throw HongyanException.unavailable("the store is down", null);
    }
  }

  @AfterEach
  void close() {
    guarded.close();
  }

  @Test
  void whoWasAcceptedByAnotherInstanceKeepsWorkingWhileTheUserSystemIsDown() {
    stored.put(TokenHash.of("t-alice"), guarded.ownerOf("t-alice"));
    behind = down();
    clock.advance(Duration.ofHours(11));

    try (GuardedUserSystem restarted = instance(new SimpleMeterRegistry())) {
      Owner owner = restarted.ownerOf("t-alice");
      assertThat(owner.user()).isEqualTo(new UserId("alice"));
      // Showing it again and again during the outage does not make it count for longer.
      stored.put(TokenHash.of("t-alice"), owner);
      clock.advance(Duration.ofHours(2));
      assertThat(codeOf(restarted, "t-alice")).isEqualTo(ErrorCode.UNAVAILABLE);
      storeDown = true;
      assertThat(codeOf(restarted, "t-bob")).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void whoIsRefusedIsForgottenByAllInstances() {
    stored.put(TokenHash.of("t-alice"), guarded.ownerOf("t-alice"));
    behind = refusing();
    clock.advance(Duration.ofMinutes(5));
    assertThat(codeOf("t-alice")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    behind = down();

    try (GuardedUserSystem restarted = instance(new SimpleMeterRegistry())) {
      assertThat(codeOf(restarted, "t-alice")).isEqualTo(ErrorCode.UNAVAILABLE);
    }
  }

  @Test
  void aTokenThatHasEndedIsNotAcceptedWhateverIsRememberedOfIt() {
    Instant end = clock.instant().plusSeconds(30);
    behind = token -> new Owner(new UserId("alice"), null, end);
    guarded.ownerOf("t-alice");
    stored.put(TokenHash.of("t-alice"), guarded.ownerOf("t-alice"));
    clock.advance(Duration.ofSeconds(29));
    guarded.ownerOf("t-alice");
    assertThat(asked).hasValue(1);

    clock.advance(Duration.ofSeconds(1));
    behind = down();
    assertThat(codeOf("t-alice")).isEqualTo(ErrorCode.UNAVAILABLE);
    behind = refusing();
    clock.advance(Duration.ofSeconds(6));
    assertThat(codeOf("t-alice")).isEqualTo(ErrorCode.UNAUTHENTICATED);
  }

  @Test
  void tokensThatCannotBeJudgedDoNotHinderThoseThatCanWhereNobodyIsAsked() {
    local = true;
    behind =
        token -> {
          if (token.startsWith("x-")) {
            throw HongyanException.unavailable("its key cannot be fetched", null);
          }
          return named(token);
        };
    for (int i = 0; i < 100; i++) {
      assertThat(codeOf("x-" + i)).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    assertThat(guarded.ownerOf("t-alice").user()).isEqualTo(new UserId("alice"));
  }

  @Test
  void wrongTokensDoNotDriveOutGoodOnes() {
    for (int i = 0; i < 100; i++) {
      guarded.ownerOf("t-user" + i);
    }
    behind = refusing();
    for (int i = 0; i < 20_000; i++) {
      codeOf("guess" + i);
    }
    behind = down();
    clock.advance(Duration.ofMinutes(5));

    for (int i = 0; i < 100; i++) {
      assertThat(guarded.ownerOf("t-user" + i).user()).isEqualTo(new UserId("user" + i));
    }
  }

  @Test
  void anAcceptedTokenIsNotAskedForAgainForAMinute() {
    assertThat(guarded.ownerOf("t-alice").user()).isEqualTo(new UserId("alice"));
    clock.advance(Duration.ofSeconds(59));
    guarded.ownerOf("t-alice");
    assertThat(asked).hasValue(1);

    clock.advance(Duration.ofSeconds(2));
    guarded.ownerOf("t-alice");
    assertThat(asked).hasValue(2);
  }

  @Test
  void aRefusedTokenIsAskedForAgainAfterFiveSeconds() {
    behind = refusing();
    assertThat(codeOf("t-alice")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(codeOf("t-alice")).isEqualTo(ErrorCode.UNAUTHENTICATED);
    assertThat(asked).hasValue(1);

    clock.advance(Duration.ofSeconds(6));
    codeOf("t-alice");
    assertThat(asked).hasValue(2);
  }

  @Test
  void whoWasAcceptedKeepsWorkingWhileTheUserSystemIsDownAndNewOnesAreUnavailable() {
    guarded.ownerOf("t-alice");
    behind = down();
    clock.advance(Duration.ofMinutes(5));

    assertThat(guarded.ownerOf("t-alice").user()).isEqualTo(new UserId("alice"));
    assertThat(codeOf("t-bob")).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void whoIsRefusedLaterIsOutEvenWhenItGoesDownAfterwards() {
    guarded.ownerOf("t-alice");
    behind = refusing();
    clock.advance(Duration.ofMinutes(5));
    codeOf("t-alice");
    behind = down();
    clock.advance(Duration.ofMinutes(5));

    assertThat(codeOf("t-alice")).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  @Test
  void aFailingUserSystemIsLeftAloneAndAskedAgainLater() {
    behind = down();
    for (int i = 0; i < 50; i++) {
      assertThat(codeOf("t-user" + i)).isEqualTo(ErrorCode.UNAVAILABLE);
    }
    assertThat(asked).hasValueLessThan(20);

    behind = token -> Owner.of(new UserId("carol"));
    clock.advance(Duration.ofSeconds(6));
    assertThat(guarded.ownerOf("t-carol").user()).isEqualTo(new UserId("carol"));
  }

  @Test
  void whatIsRememberedIsKnownAndTheRestIsNot() {
    assertThat(guarded.knows("t-alice")).isFalse();
    guarded.ownerOf("t-alice");
    behind = refusing();
    codeOf("t-bob");
    assertThat(guarded.knows("t-alice")).isTrue();
    assertThat(guarded.knows("t-bob")).isTrue();

    clock.advance(Duration.ofMinutes(5));
    assertThat(guarded.knows("t-alice")).isTrue();
    assertThat(guarded.knows("t-bob")).isFalse();
  }

  @Test
  void whatHappensToItCanBeSeenFromOutside() {
    guarded.ownerOf("t-alice");
    guarded.ownerOf("t-alice");
    behind = down();
    for (int i = 0; i < 20; i++) {
      codeOf("t-user" + i);
    }

    assertThat(
            meters
                .get("resilience4j.circuitbreaker.state")
                .tags("name", "user-system", "state", "open")
                .gauge()
                .value())
        .isEqualTo(1);
    assertThat(
            meters
                .get("resilience4j.bulkhead.available.concurrent.calls")
                .tag("name", "user-system")
                .gauge()
                .value())
        .isEqualTo(64);
    assertThat(
            meters
                .get("cache.gets")
                .tags("cache", "user-system", "result", "hit")
                .functionCounter()
                .count())
        .isEqualTo(1);
  }

  @Test
  void refusalsDoNotOpenTheCircuit() {
    behind = refusing();
    for (int i = 0; i < 50; i++) {
      assertThat(codeOf("t-user" + i)).isEqualTo(ErrorCode.UNAUTHENTICATED);
    }
    assertThat(asked).hasValue(50);
  }

  @Test
  void anAnswerThatTakesTooLongIsUnavailable() {
    CountDownLatch never = new CountDownLatch(1);
    behind =
        token -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Owner.of(new UserId("late"));
        };

    assertThat(codeOf("t-alice")).isEqualTo(ErrorCode.UNAVAILABLE);
  }

  private ErrorCode codeOf(String token) {
    return codeOf(guarded, token);
  }

  private static ErrorCode codeOf(GuardedUserSystem system, String token) {
    return catchThrowableOfType(HongyanException.class, () -> system.ownerOf(token)).code();
  }

  private static Owner named(String token) {
    return Owner.of(new UserId(token.substring("t-".length())));
  }

  private static UserSystem refusing() {
    return token -> {
      throw HongyanException.unauthenticated("token: refused");
    };
  }

  private static UserSystem down() {
    return token -> {
      throw HongyanException.unavailable("down", null);
    };
  }

  static UserSystemProperties properties(Duration timeLimit) {
    return new UserSystemProperties(
        UserSystemProperties.Type.HTTP,
        URI.create("http://127.0.0.1:1"),
        timeLimit,
        64,
        Duration.ofSeconds(60),
        Duration.ofSeconds(5),
        Duration.ofHours(12),
        1000,
        new UserSystemProperties.Circuit(20, 50, Duration.ofSeconds(5)),
        new UserSystemProperties.Http("POST", "/token/verify", "token", "userId", Map.of()),
        new UserSystemProperties.Jwt(null, null, "sub", Duration.ofSeconds(30)),
        new UserSystemProperties.Introspection(null, null, "sub"));
  }
}
