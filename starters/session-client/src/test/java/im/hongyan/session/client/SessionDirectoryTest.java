package im.hongyan.session.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class SessionDirectoryTest {
  private static final SessionId ID = new SessionId("s1");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");

  private final AtomicLong nanos = new AtomicLong();
  private final FakeService service = new FakeService();
  private final SessionDirectory directory =
      new SessionDirectory(
          service,
          new SessionClientProperties(
              "http://unused",
              Duration.ofSeconds(1),
              Duration.ofSeconds(1),
              100,
              Duration.ofMinutes(5),
              Duration.ofMillis(200)),
          (Ticker) nanos::get);

  @Test
  void asksOnceAndRemembers() {
    service.sessions.put("s1", view(1, ALICE));

    assertThat(directory.find(ID)).contains(view(1, ALICE));
    assertThat(directory.find(ID)).contains(view(1, ALICE));
    assertThat(service.calls).hasValue(1);
  }

  @Test
  void asksAgainWhenTheAnswerIsOld() {
    service.sessions.put("s1", view(1, ALICE));
    directory.find(ID);
    service.sessions.put("s1", view(2, ALICE, BOB));

    pass(Duration.ofMinutes(6));

    assertThat(directory.find(ID)).contains(view(2, ALICE, BOB));
  }

  @Test
  void takesTheNewVersionFromAnEventWithoutAsking() {
    service.sessions.put("s1", view(1, ALICE));
    directory.find(ID);

    directory.onSessionChanged(changed(view(3, ALICE, BOB)));
    directory.onSessionChanged(changed(view(2, ALICE)));

    assertThat(directory.find(ID)).contains(view(3, ALICE, BOB));
    assertThat(service.calls).hasValue(1);
  }

  @Test
  void anAnswerThatAnEventOvertookNeverReplacesIt() throws Exception {
    service.sessions.put("s1", view(1, ALICE));
    service.gate = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Future<?> asking = threads.submit(() -> directory.find(ID));
      assertThat(service.asked.await(10, TimeUnit.SECONDS)).isTrue();

      directory.onSessionChanged(changed(view(2, ALICE, BOB)));
      service.gate.countDown();
      asking.get();

      assertThat(directory.find(ID)).contains(view(2, ALICE, BOB));
      assertThat(service.calls).hasValue(1);
    }
  }

  @Test
  void manyWhoWantTheSameSessionAskOnce() throws Exception {
    service.sessions.put("s1", view(1, ALICE));
    service.gate = new CountDownLatch(1);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<?>> asking = new ArrayList<>();
      for (int i = 0; i < 20; i++) {
        asking.add(threads.submit(() -> directory.find(ID)));
      }
      assertThat(service.asked.await(10, TimeUnit.SECONDS)).isTrue();
      service.gate.countDown();
      for (Future<?> one : asking) {
        one.get();
      }
    }
    assertThat(service.calls).hasValue(1);
  }

  @Test
  void remembersForAMomentThatThereIsNoSuchSession() {
    assertThat(directory.find(ID)).isEmpty();
    assertThat(directory.find(ID)).isEmpty();
    assertThat(service.calls).hasValue(1);

    pass(Duration.ofMillis(300));
    service.sessions.put("s1", view(1, ALICE));
    assertThat(directory.find(ID)).isPresent();
  }

  @Test
  void aFailureIsToldAndNotRemembered() {
    service.failure = HongyanException.unavailable("down", null);
    assertThatThrownBy(() -> directory.find(ID)).isSameAs(service.failure);

    service.failure = null;
    service.sessions.put("s1", view(1, ALICE));
    assertThat(directory.find(ID)).isPresent();
  }

  @Test
  void anUnexpectedFailureIsToldAndNotRemembered() {
    service.failure = new IllegalStateException("odd");
    assertThatThrownBy(() -> directory.find(ID)).isSameAs(service.failure);

    service.failure = null;
    assertThat(directory.find(ID)).isEmpty();
  }

  @Test
  void asksAgainBeforeItRefusesSomebodyWhoWasJustInvited() {
    service.sessions.put("s1", view(1, ALICE));
    directory.find(ID);
    pass(Duration.ofSeconds(1));
    service.sessions.put("s1", view(2, ALICE, BOB));

    assertThat(directory.memberView(ID, BOB)).isEqualTo(view(2, ALICE, BOB));
  }

  @Test
  void aStrangerDoesNotMakeItAskEachTime() {
    service.sessions.put("s1", view(1, ALICE));
    for (int i = 0; i < 10; i++) {
      assertRefused(BOB, ErrorCode.FORBIDDEN);
    }
    assertThat(service.calls).hasValue(1);
  }

  @Test
  void refusesUnknownAndEndedSessions() {
    assertRefused(ALICE, ErrorCode.NOT_FOUND);

    directory.onSessionChanged(changed(view(2)));
    assertRefused(ALICE, ErrorCode.CONFLICT);
  }

  private void assertRefused(UserId user, ErrorCode code) {
    assertThatThrownBy(() -> directory.memberView(ID, user))
        .isInstanceOfSatisfying(HongyanException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private void pass(Duration time) {
    nanos.addAndGet(time.toNanos());
  }

  private static SessionChanged changed(SessionView after) {
    return new SessionChanged(after, "session_add_user", ALICE, List.of(), List.of(), 1);
  }

  private static SessionView view(long version, UserId... members) {
    return new SessionView(
        ID,
        ALICE,
        members.length == 0 ? null : members[0],
        List.of(members),
        List.of(),
        SessionKind.GROUP,
        null,
        null,
        members.length == 0 ? SessionView.INVALID : SessionView.VALID,
        version,
        1,
        1,
        null);
  }

  private static final class FakeService implements SessionServiceClient {
    final Map<String, SessionView> sessions = new ConcurrentHashMap<>();
    final AtomicInteger calls = new AtomicInteger();
    final CountDownLatch asked = new CountDownLatch(1);
    volatile CountDownLatch gate = new CountDownLatch(0);
    volatile RuntimeException failure;

    @Override
    public Reply command(String sender, byte[] message) {
      throw new UnsupportedOperationException();
    }

    @Override
    public SessionView session(String id) {
      calls.incrementAndGet();
      SessionView found = sessions.get(id);
      asked.countDown();
      try {
        gate.await();
      } catch (InterruptedException e) {
        throw new IllegalStateException(e);
      }
      if (failure != null) {
        throw failure;
      }
      if (found == null) {
        throw HongyanException.notFound("session: %s", id);
      }
      return found;
    }
  }
}
