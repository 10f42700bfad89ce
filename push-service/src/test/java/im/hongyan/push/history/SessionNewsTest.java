package im.hongyan.push.history;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.Ticker;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.session.client.SessionClientProperties;
import im.hongyan.session.client.SessionDirectory;
import im.hongyan.session.client.SessionServiceClient;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class SessionNewsTest {
  private static final SessionId SESSION = new SessionId("s1");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");

  private SessionView stored = session(1, ALICE, BOB);
  private final SessionDirectory directory = directory();
  private final SessionNews news = new SessionNews(directory);

  @Test
  void whoseRemovalWasNotHeardDoesNotGoOnReading() {
    directory.memberView(SESSION, BOB);
    stored = session(2, ALICE);
    assertThatCode(() -> directory.memberView(SESSION, BOB)).doesNotThrowAnyException();

    news.missed();

    assertThatThrownBy(() -> directory.memberView(SESSION, BOB))
        .isInstanceOf(HongyanException.class);
  }

  @Test
  void whoIsRemovedCannotReadFromThenOn() {
    directory.memberView(SESSION, BOB);

    news.on(
        new SessionChanged(session(2, ALICE), "session_exit", BOB, List.of(), List.of(BOB), 1_000));

    assertThatThrownBy(() -> directory.memberView(SESSION, BOB))
        .isInstanceOf(HongyanException.class);
  }

  private SessionDirectory directory() {
    SessionServiceClient client =
        new SessionServiceClient() {
          @Override
          public Reply command(String sender, byte[] message) {
            throw new UnsupportedOperationException();
          }

          @Override
          public SessionView session(String id) {
            return stored;
          }
        };
    return new SessionDirectory(
        client,
        new SessionClientProperties(
            "none",
            Duration.ofSeconds(1),
            Duration.ofSeconds(1),
            100,
            Duration.ofHours(1),
            Duration.ofHours(1)),
        Ticker.systemTicker());
  }

  private static SessionView session(long version, UserId... members) {
    return new SessionView(
        SESSION,
        ALICE,
        ALICE,
        List.of(members),
        List.of(),
        SessionKind.GROUP,
        null,
        null,
        SessionView.VALID,
        version,
        1,
        1,
        null);
  }
}
