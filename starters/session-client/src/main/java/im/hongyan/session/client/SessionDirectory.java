package im.hongyan.session.client;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.SessionView;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * Sessions as session-service knows them, remembered until an event says that one has changed. Of
 * each session the newest version seen is kept: an answer that was overtaken by an event never
 * replaces it. A session is asked for by one caller at a time; others who want it wait for his
 * answer. Blocking: call from virtual threads only. Thread-safe.
 */
public final class SessionDirectory {
  private final SessionServiceClient client;
  private final Ticker ticker;
  private final long recheckAfterNanos;

  /** What is known, and what is being asked for; a failed question is forgotten at once. */
  private final AsyncCache<SessionId, Known> known;

  /** A directory that asks {@code client}; {@code ticker} tells how old an answer is. */
  public SessionDirectory(
      SessionServiceClient client, SessionClientProperties properties, Ticker ticker) {
    this.client = client;
    this.ticker = ticker;
    this.recheckAfterNanos = properties.recheckAfter().toNanos();
    this.known =
        Caffeine.newBuilder()
            .maximumSize(properties.cacheSize())
            .expireAfter(
                Expiry.<SessionId, Known>writing(
                    (id, answer) ->
                        answer.view() == null
                            ? properties.recheckAfter()
                            : properties.cacheExpiry()))
            .ticker(ticker)
            .executor(Runnable::run)
            .buildAsync();
  }

  /**
   * The session, also when it is invalid.
   *
   * @return empty where there is no such session
   * @throws HongyanException UNAVAILABLE where it is not remembered and session-service is down
   */
  public Optional<SessionView> find(SessionId id) {
    return Optional.ofNullable(remembered(id).view());
  }

  /**
   * The session, for somebody who wants to use it. Before it refuses, it asks again where what it
   * remembers is not quite new: who was told that he has been invited is not refused because the
   * event is still on its way.
   *
   * @throws HongyanException NOT_FOUND where there is no such session, CONFLICT where its last
   *     member has left, FORBIDDEN where {@code user} is not a member, UNAVAILABLE where
   *     session-service has to be asked and is down
   */
  public SessionView memberView(SessionId id, UserId user) {
    Known answer = remembered(id);
    if (!answer.admits(user) && ticker.read() - answer.askedAt() >= recheckAfterNanos) {
      answer = askedAgain(id, answer);
    }
    return checked(id, user, answer.view());
  }

  /**
   * The session, where it is remembered and {@code user} may use it; the way for those who must not
   * wait. Never blocks.
   *
   * @return empty where {@link #memberView} has to be asked, which may wait or refuse
   */
  public Optional<SessionView> remembered(SessionId id, UserId user) {
    CompletableFuture<Known> held = known.getIfPresent(id);
    if (held == null || !held.isDone() || held.isCompletedExceptionally()) {
      return Optional.empty();
    }
    Known answer = held.join();
    return answer.admits(user) ? Optional.ofNullable(answer.view()) : Optional.empty();
  }

  /** Forgets all sessions: events may have been missed. */
  public void forgetAll() {
    known.synchronous().invalidateAll();
  }

  private static SessionView checked(SessionId id, UserId user, @Nullable SessionView session) {
    if (session == null) {
      throw HongyanException.notFound("session: %s (expected: an existing session)", id);
    }
    if (!session.valid()) {
      throw HongyanException.conflict("session: its last member has left (expected: a live one)");
    }
    if (!session.members().contains(user)) {
      throw HongyanException.forbidden("session: %s is not a member of it", user);
    }
    return session;
  }

  /** Takes in that a session has changed; events may come late, twice and in any order. */
  public void onSessionChanged(SessionChanged event) {
    Known told = new Known(event.after(), ticker.read());
    known
        .asMap()
        .computeIfPresent(
            event.after().id(),
            (id, held) ->
                held.handle((answer, failure) -> failure == null ? answer.newest(told) : told));
  }

  private Known remembered(SessionId id) {
    CompletableFuture<Known> question = new CompletableFuture<>();
    CompletableFuture<Known> held = known.asMap().putIfAbsent(id, question);
    if (held != null) {
      return answerOf(held);
    }
    try {
      question.complete(ask(id));
    } catch (RuntimeException | Error e) {
      question.completeExceptionally(e);
      throw e;
    }
    return answerOf(known.asMap().getOrDefault(id, question));
  }

  /** Asks again in the place of an old answer, which stays where nobody can be asked. */
  private Known askedAgain(SessionId id, Known old) {
    CompletableFuture<Known> question = new CompletableFuture<>();
    CompletableFuture<Known> held = known.getIfPresent(id);
    if (held == null || !holds(held, old) || !known.asMap().replace(id, held, question)) {
      return remembered(id);
    }
    try {
      Known answer = old.newest(ask(id));
      question.complete(answer);
      return answer;
    } catch (RuntimeException | Error e) {
      question.complete(old);
      throw e;
    }
  }

  private Known ask(SessionId id) {
    // The age counts from before the question: the answer may be older than its arrival.
    long askedAt = ticker.read();
    try {
      return new Known(client.session(id.value()), askedAt);
    } catch (HongyanException e) {
      if (e.code() == ErrorCode.NOT_FOUND) {
        return new Known(null, askedAt);
      }
      throw e;
    }
  }

  private static Known answerOf(CompletableFuture<Known> held) {
    try {
      return held.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static boolean holds(CompletableFuture<Known> held, Known answer) {
    return held.isDone() && !held.isCompletedExceptionally() && held.join().equals(answer);
  }

  /**
   * One answer.
   *
   * @param view null where there is no such session
   * @param askedAt the ticker's time of the question or the event
   */
  private record Known(@Nullable SessionView view, long askedAt) {
    /** The one with the higher version; the later one where both have the same. */
    Known newest(Known later) {
      if (view == null || later.view() == null) {
        return later.view() == null ? this : later;
      }
      return view.version() > later.view().version() ? this : later;
    }

    boolean admits(UserId user) {
      return view != null && view.valid() && view.members().contains(user);
    }
  }
}
