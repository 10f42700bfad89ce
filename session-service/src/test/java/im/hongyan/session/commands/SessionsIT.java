package im.hongyan.session.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.ClientMessage.SessionAddUser;
import im.hongyan.model.wire.ClientMessage.SessionCreate;
import im.hongyan.model.wire.ClientMessage.SessionExit;
import im.hongyan.model.wire.ClientMessage.SessionList;
import im.hongyan.model.wire.ClientMessage.SessionRemoveUser;
import im.hongyan.model.wire.ClientMessage.SessionUpdate;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.RequestHeader;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.notices.SessionNotices;
import im.hongyan.session.notices.Teller;
import im.hongyan.session.store.SessionPage;
import im.hongyan.session.store.SessionStore;
import im.hongyan.testsupport.MutableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;

/** Two instances of the service on one store, with a broker that fails when told to. */
class SessionsIT {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final UserId CAROL = new UserId("carol");
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private static EmbeddedMongo mongo;
  private static MongoClient client;

  private final MutableClock clock = MutableClock.atNewYear();
  private final FakeStream stream = new FakeStream();
  private SessionStore store;
  private Teller teller;
  private Sessions sessions;
  private Sessions otherInstance;

  @BeforeAll
  static void start() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    client = MongoClients.create(mongo.connectionString());
  }

  @AfterAll
  static void stop() {
    client.close();
    mongo.close();
  }

  @BeforeEach
  void open(TestInfo test) {
    String database = test.getTestMethod().orElseThrow().getName();
    store =
        new SessionStore(
            client.getDatabase(database.substring(0, Math.min(50, database.length()))), TIMEOUT);
    store.createIndexes();
    teller = new Teller(store, stream, TIMEOUT);
    sessions = new Sessions(store, teller, new SessionIds(new Random(1)), clock, 2000);
    otherInstance =
        new Sessions(
            store, new Teller(store, stream, TIMEOUT), new SessionIds(new Random(2)), clock, 2000);
  }

  @Test
  void aSessionComesBackAsItWasStored() {
    Conversation group = group(ALICE, BOB, CAROL);
    run(ALICE, new SessionUpdate(group.id(), "Geese", "http://x/y.png", true, List.of(BOB)));
    run(BOB, new SessionAddUser(group.id(), users("a.b@c", "$d".replace('$', '_'))));

    Conversation stored = sessions.find(group.id()).orElseThrow();
    assertThat(stored.members())
        .containsExactly(ALICE, BOB, CAROL, new UserId("a.b@c"), new UserId("_d"));
    assertThat(stored.invitedBy()).containsEntry(new UserId("a.b@c"), BOB).hasSize(4);
    assertThat(stored.admins()).containsExactly(BOB);
    assertThat(stored.name()).isEqualTo("Geese");
    assertThat(stored.version()).isEqualTo(3);
    assertThat(stream.versions(group.id())).containsExactly(1L, 2L, 3L);
    assertThat(stream.of(group.id()).getLast().after()).isEqualTo(stored.view());
    assertThat(store.find(group.id()).orElseThrow().untold()).isEmpty();
  }

  @Test
  void whoWantsNoOfflinePushesOfASessionIsToldSoAndNobodyElse() {
    Conversation quiet = group(ALICE, BOB);
    Conversation loud = group(ALICE, BOB);
    run(BOB, new SessionUpdate(quiet.id(), null, null, true, null));

    assertThat(list(BOB).muted()).containsExactly(quiet.id());
    assertThat(list(ALICE).muted()).isEmpty();
    assertThat(sessions.shownTo(BOB, quiet.id()).muted()).containsExactly(quiet.id());
    assertThat(sessions.shownTo(BOB, loud.id()).muted()).isEmpty();
    assertThat(stream.versions(quiet.id())).as("nobody is told").containsExactly(1L);

    run(BOB, new SessionUpdate(quiet.id(), null, null, false, null));
    assertThat(list(BOB).muted()).isEmpty();
  }

  private SessionPage list(UserId user) {
    return sessions.run(user, new Request(RequestHeader.EMPTY, new SessionList(null, null)));
  }

  @Test
  void theSingleSessionOfAPairIsTheSameWhoeverCreatesIt() {
    Conversation first = create(ALICE, null, null, BOB);
    Conversation second = create(BOB, null, null, ALICE);

    assertThat(second).isEqualTo(first);
    assertThat(first.id()).isEqualTo(SessionId.ofPair(ALICE, BOB));
    assertThat(stream.versions(first.id())).containsExactly(1L);
  }

  @Test
  void manyWhoCreateTheSingleSessionAtOnceGetTheSame() throws Exception {
    List<Conversation> created =
        atOnce(20, i -> create(i % 2 == 0 ? sessions : otherInstance, i % 4 < 2 ? ALICE : BOB));

    assertThat(created.stream().map(Conversation::id).distinct()).hasSize(1);
    assertThat(created.stream().map(Conversation::version).distinct()).containsExactly(1L);
  }

  @Test
  void theSameRequestMakesTheSameGroup() {
    Conversation first = create(ALICE, "r1", SessionKind.GROUP, BOB, CAROL);
    Conversation again = create(ALICE, "r1", SessionKind.GROUP, BOB, CAROL);
    Conversation other = create(ALICE, "r1", SessionKind.GROUP, CAROL);
    clock.advance(Duration.ofMinutes(11));
    Conversation later = create(ALICE, "r1", SessionKind.GROUP, BOB, CAROL);
    Conversation unnamed = create(ALICE, null, SessionKind.GROUP, BOB, CAROL);

    assertThat(again).isEqualTo(first);
    assertThat(List.of(first.id(), other.id(), later.id(), unnamed.id())).doesNotHaveDuplicates();
  }

  @Test
  void aRequestIdThatIsUsedAgainForAnotherGroupMakesAnotherGroup() {
    SessionCreate trip = new SessionCreate(List.of(BOB, CAROL), "Trip", SessionKind.GROUP);
    SessionCreate work = new SessionCreate(List.of(BOB, CAROL), "Work", SessionKind.GROUP);
    RequestHeader first = new RequestHeader(null, null, null, "1");

    Conversation made = sessions.run(ALICE, new Request(first, trip)).sessions().getFirst();
    Conversation other = sessions.run(ALICE, new Request(first, work)).sessions().getFirst();

    assertThat(other.id()).isNotEqualTo(made.id());
    assertThat(other.name()).isEqualTo("Work");
    assertThat(sessions.run(ALICE, new Request(first, trip)).sessions().getFirst().id())
        .isEqualTo(made.id());
  }

  @Test
  void unknownSessionsAreNotFoundAndEndedOnesShownToNobody() {
    refused(() -> run(ALICE, new SessionExit(new SessionId("none"))), ErrorCode.NOT_FOUND);
    refused(() -> sessions.shownTo(ALICE, new SessionId("none")), ErrorCode.NOT_FOUND);

    Conversation group = group(ALICE, BOB);
    refused(() -> sessions.shownTo(CAROL, group.id()), ErrorCode.FORBIDDEN);
    run(BOB, new SessionExit(group.id()));
    run(ALICE, new SessionExit(group.id()));

    refused(() -> sessions.shownTo(ALICE, group.id()), ErrorCode.NOT_FOUND);
    refused(() -> run(CAROL, new SessionExit(group.id())), ErrorCode.CONFLICT);
    assertThat(sessions.find(group.id()).orElseThrow().valid()).isFalse();
  }

  @Test
  void aChangeWhoseNoticeWasNotConfirmedIsToldLater() {
    Conversation group = group(ALICE, BOB);
    stream.down = true;
    refused(
        () -> run(ALICE, new SessionAddUser(group.id(), List.of(CAROL))), ErrorCode.UNAVAILABLE);
    assertThat(stream.versions(group.id())).containsExactly(1L);
    assertThat(store.untold(10)).containsExactly(group.id());

    stream.down = false;
    teller.tell(group.id());

    assertThat(stream.versions(group.id())).containsExactly(1L, 2L);
    assertThat(stream.of(group.id()).getLast().added()).containsExactly(CAROL);
    assertThat(store.untold(10)).isEmpty();
  }

  @Test
  void theSameRequestAgainWaitsForTheNoticeThatIsStillUntold() {
    Conversation group = group(ALICE, BOB);
    SessionAddUser invite = new SessionAddUser(group.id(), List.of(CAROL));
    stream.down = true;
    refused(() -> run(ALICE, invite), ErrorCode.UNAVAILABLE);
    refused(() -> run(ALICE, invite), ErrorCode.UNAVAILABLE);

    stream.down = false;
    assertThat(run(ALICE, invite).version()).isEqualTo(2);
    assertThat(stream.versions(group.id())).containsExactly(1L, 2L);
  }

  @Test
  void whoLeftMaySayItAgainUntilHeIsToldThatItIsDone() {
    Conversation group = group(ALICE, BOB, CAROL);
    SessionExit exit = new SessionExit(group.id());
    stream.down = true;
    refused(() -> run(BOB, exit), ErrorCode.UNAVAILABLE);
    refused(() -> run(BOB, exit), ErrorCode.UNAVAILABLE);

    stream.down = false;
    assertThat(run(BOB, exit).id()).isEqualTo(group.id());
    assertThat(stream.versions(group.id())).containsExactly(1L, 2L);
    assertThat(run(BOB, exit).id()).isEqualTo(group.id());
    assertThat(run(BOB, new SessionRemoveUser(group.id(), List.of(BOB))).id())
        .isEqualTo(group.id());
    assertThat(stream.versions(group.id())).containsExactly(1L, 2L);
  }

  @Test
  void theLastOneMaySayAgainThatHeLeaves() {
    Conversation group = group(ALICE, BOB);
    run(BOB, new SessionExit(group.id()));
    run(ALICE, new SessionExit(group.id()));

    assertThat(run(ALICE, new SessionExit(group.id())).valid()).isFalse();
  }

  @Test
  void whoLeftSeesNothingMoreMayNothingMoreAndIsForgotten() {
    Conversation group = group(ALICE, BOB, CAROL);
    SessionExit exit = new SessionExit(group.id());
    run(BOB, exit);
    run(ALICE, new SessionUpdate(group.id(), "secret", null, null, null));

    Conversation seen = run(BOB, exit);
    assertThat(seen.members()).isEmpty();
    assertThat(seen.name()).isNull();
    assertThat(seen.owner()).isNull();
    refused(
        () -> run(BOB, new SessionRemoveUser(group.id(), List.of(BOB, CAROL))),
        ErrorCode.FORBIDDEN);
    refused(() -> run(BOB, new SessionAddUser(group.id(), users("x"))), ErrorCode.FORBIDDEN);
    refused(() -> run(new UserId("stranger"), exit), ErrorCode.FORBIDDEN);
    clock.advance(Duration.ofMinutes(11));
    refused(() -> run(BOB, exit), ErrorCode.FORBIDDEN);
  }

  @Test
  void aNoticeThatWasToldAndNotForgottenIsToldAgainAsItWas() {
    Conversation group = group(ALICE, BOB);
    stream.failAfterArrival = true;
    refused(
        () -> run(ALICE, new SessionAddUser(group.id(), List.of(CAROL))), ErrorCode.UNAVAILABLE);
    refused(() -> run(CAROL, new SessionExit(group.id())), ErrorCode.UNAVAILABLE);

    stream.failAfterArrival = false;
    teller.tell(group.id());

    List<SessionChanged> told = stream.of(group.id());
    assertThat(stream.firstCopies(group.id())).containsExactly(1L, 2L, 3L);
    assertThat(told.stream().filter(event -> event.after().version() == 2).distinct()).hasSize(1);
    assertThat(told.getLast().after().members()).containsExactly(ALICE, BOB);
  }

  @Test
  void whileTheBrokerIsDownASessionTakesSomeChangesAndThenNone() {
    Conversation group = group(ALICE, BOB);
    stream.down = true;
    for (int i = 0; i < 30; i++) {
      UserId user = new UserId("u" + i);
      refused(
          () -> run(ALICE, new SessionAddUser(group.id(), List.of(user))), ErrorCode.UNAVAILABLE);
    }
    assertThat(sessions.find(group.id()).orElseThrow().version()).isEqualTo(17);

    stream.down = false;
    run(ALICE, new SessionAddUser(group.id(), users("last")));
    assertThat(stream.versions(group.id()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 18).boxed().toList());
  }

  @Test
  void concurrentChangesLoseNothingAndAreToldInOrder() throws Exception {
    Conversation group = group(ALICE, BOB);
    atOnce(
        20,
        i -> {
          Sessions instance = i % 2 == 0 ? sessions : otherInstance;
          for (int j = 0; j < 5; j++) {
            run(instance, ALICE, new SessionAddUser(group.id(), users("u" + i + "-" + j)));
          }
          return run(instance, ALICE, new SessionRemoveUser(group.id(), users("u" + i + "-0")));
        });

    Conversation after = sessions.find(group.id()).orElseThrow();
    assertThat(after.members()).hasSize(2 + 20 * 4);
    assertThat(after.version()).isEqualTo(1 + 20 * 6);
    assertThat(stream.firstCopies(group.id()))
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 121).boxed().toList());
    assertThat(store.untold(10)).isEmpty();
  }

  @Test
  void aUsersSessionsComeInPagesNewestChangeFirst() {
    List<SessionId> expected = new ArrayList<>();
    for (int i = 0; i < 25; i++) {
      clock.advance(Duration.ofMillis(i % 3 == 0 ? 0 : 1));
      expected.add(group(ALICE, BOB).id());
    }
    group(BOB, CAROL);
    List<SessionId> seen = new ArrayList<>();
    String next = null;
    do {
      SessionPage page = sessions.run(ALICE, plain(new SessionList(next, 10)));
      page.sessions().forEach(session -> seen.add(session.id()));
      next = page.next();
    } while (next != null);

    assertThat(seen).containsExactlyInAnyOrderElementsOf(expected).doesNotHaveDuplicates();
    assertThat(seen.getFirst()).isEqualTo(expected.getLast());
    refused(() -> sessions.run(ALICE, plain(new SessionList("x", 10))), ErrorCode.BAD_REQUEST);
  }

  @Test
  void otherMessagesAreRefused() {
    refused(() -> run(ALICE, new ClientMessage.Heartbeat()), ErrorCode.BAD_REQUEST);
  }

  private Conversation group(UserId creator, UserId... invited) {
    return create(creator, null, SessionKind.GROUP, invited);
  }

  private Conversation create(
      UserId creator, String requestId, SessionKind kind, UserId... invited) {
    SessionCreate wanted = new SessionCreate(Arrays.asList(invited), null, kind);
    return sessions
        .run(creator, new Request(new RequestHeader(null, null, null, requestId), wanted))
        .sessions()
        .getFirst();
  }

  private static Conversation create(Sessions instance, UserId creator) {
    UserId other = creator.equals(ALICE) ? BOB : ALICE;
    return run(instance, creator, new SessionCreate(List.of(other), null, null));
  }

  private Conversation run(UserId sender, ClientMessage message) {
    return run(sessions, sender, message);
  }

  private static Conversation run(Sessions instance, UserId sender, ClientMessage message) {
    return instance.run(sender, plain(message)).sessions().getFirst();
  }

  private static Request plain(ClientMessage message) {
    return new Request(RequestHeader.EMPTY, message);
  }

  private static List<UserId> users(String... ids) {
    return Arrays.stream(ids).map(UserId::new).toList();
  }

  private static void refused(ThrowingCallable request, ErrorCode code) {
    assertThatThrownBy(request)
        .isInstanceOfSatisfying(HongyanException.class, e -> assertThat(e.code()).isEqualTo(code));
  }

  private interface Work {
    Conversation run(int index);
  }

  private static List<Conversation> atOnce(int threads, Work work) throws Exception {
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<Conversation>> running = new ArrayList<>();
      for (int i = 0; i < threads; i++) {
        int index = i;
        running.add(executor.submit(() -> work.run(index)));
      }
      List<Conversation> results = new ArrayList<>();
      for (Future<Conversation> one : running) {
        results.add(one.get());
      }
      return results;
    }
  }

  /** A stream that keeps what it is told. */
  private static final class FakeStream implements SessionNotices {
    private final List<SessionChanged> told = Collections.synchronizedList(new ArrayList<>());
    volatile boolean down;
    volatile boolean failAfterArrival;

    @Override
    public void tell(SessionChanged event) {
      if (!down) {
        told.add(event);
      }
      if (down || failAfterArrival) {
        throw HongyanException.unavailable("the broker is down", null);
      }
    }

    List<SessionChanged> of(SessionId id) {
      synchronized (told) {
        return told.stream().filter(event -> event.session().equals(id)).toList();
      }
    }

    List<Long> versions(SessionId id) {
      return of(id).stream().map(event -> event.after().version()).toList();
    }

    /** What is left when copies are dropped, as the reader of the stream does. */
    List<Long> firstCopies(SessionId id) {
      return versions(id).stream().distinct().toList();
    }
  }
}
