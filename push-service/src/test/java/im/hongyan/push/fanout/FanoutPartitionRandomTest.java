package im.hongyan.push.fanout;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Recalled;
import im.hongyan.model.event.SessionEvent;
import im.hongyan.model.event.SessionEvent.EditModerated;
import im.hongyan.model.event.SessionEvent.EditRequested;
import im.hongyan.model.event.SessionEvent.MessageModerated;
import im.hongyan.model.event.SessionEvent.MessageReceived;
import im.hongyan.model.event.SessionEvent.MessageRejected;
import im.hongyan.model.event.SessionEvent.ReactionRequested;
import im.hongyan.model.event.SessionEvent.ReadReported;
import im.hongyan.model.event.SessionEvent.RecallRequested;
import im.hongyan.model.event.SessionEvent.SessionChanged;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.FakeMessageStore;
import im.hongyan.push.outbox.Deliveries;
import im.hongyan.push.reading.FakeReadPositions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/**
 * Whatever fails between two effects, whoever owns the partition then and whatever comes again:
 * what is stored, told and answered is what it would be if nothing had failed.
 */
class FanoutPartitionRandomTest {
  private static final int RUNS = 500;
  private static final SessionId SESSION = new SessionId("s1");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final UserId CAROL = new UserId("carol");
  private static final List<UserId> ALL = List.of(ALICE, BOB, CAROL);
  private static final ContentBson CONTENTS = new ContentBson(JsonMapper.builder().build());

  @Test
  void failuresAndOwnersWhoComeAndGoChangeNothing() throws InterruptedException {
    for (int seed = 0; seed < RUNS; seed++) {
      Random random = new Random(seed);
      List<List<SessionEvent>> batches = batches(events(random), random);
      World good = new World();
      for (List<SessionEvent> batch : batches) {
        good.owner.handle(batch);
      }

      World bad = new World();
      bad.surviveAll(batches, random);

      String run = "seed " + seed;
      assertThat(bad.store.shown(SESSION)).as(run).isEqualTo(good.store.shown(SESSION));
      assertThat(bad.answers).as(run).isEqualTo(good.answers);
      assertThat(bad.recalled).as(run).isEqualTo(good.recalled);
      for (UserId user : ALL) {
        assertThat(bad.positions.seq(SESSION, user))
            .as(run)
            .isEqualTo(good.positions.seq(SESSION, user));
        assertThat(bad.firstTold(user)).as(run).isEqualTo(good.firstTold(user));
      }
    }
  }

  // What happens.

  private static List<SessionEvent> events(Random random) {
    List<SessionEvent> events = new ArrayList<>();
    List<MessageId> sent = new ArrayList<>();
    boolean carolIsIn = true;
    long version = 1;
    events.add(changed(version, "session_create", ALL, List.of(), ALL));
    for (int i = 0; i < 40; i++) {
      MessageId message =
          sent.isEmpty() ? new MessageId("mNone") : sent.get(random.nextInt(sent.size()));
      String request = "r" + i;
      switch (sent.isEmpty() ? 0 : random.nextInt(9)) {
        case 0, 1 -> {
          MessageReceived received = received(random.nextBoolean() ? ALICE : BOB, "m" + i);
          sent.add(received.id());
          events.add(
              random.nextInt(6) == 0
                  ? new MessageRejected(received, "words")
                  : new MessageModerated(received, null));
        }
        case 2, 3 ->
            events.add(
                new EditModerated(
                    new EditRequested(
                        message,
                        SESSION,
                        random.nextInt(4) == 0 ? BOB : ALICE,
                        Content.ofText("t" + random.nextInt(3)),
                        request,
                        i),
                    null));
        case 4, 5 ->
            events.add(
                new ReactionRequested(
                    message,
                    SESSION,
                    ALL.get(random.nextInt(2)),
                    random.nextBoolean() ? "+1" : "-1",
                    random.nextBoolean(),
                    request,
                    i));
        // In time: one that is late is answered with 0 where another has recalled the message
        // since.
        case 6 ->
            events.add(
                new RecallRequested(message, SESSION, ALICE, random.nextInt(4) == 0, request, 1));
        // Of what is there: one of what is not would mean more when it comes again.
        case 7 ->
            events.add(new ReadReported(SESSION, BOB, 1 + random.nextInt(sent.size() + 1), i));
        default -> {
          version++;
          List<UserId> after = carolIsIn ? List.of(ALICE, BOB) : ALL;
          events.add(
              carolIsIn
                  ? changed(version, "session_remove_user", List.of(), List.of(CAROL), after)
                  : changed(version, "session_add_user", List.of(CAROL), List.of(), after));
          carolIsIn = !carolIsIn;
        }
      }
    }
    return events;
  }

  private static List<List<SessionEvent>> batches(List<SessionEvent> events, Random random) {
    List<List<SessionEvent>> batches = new ArrayList<>();
    for (int from = 0; from < events.size(); ) {
      int to = Math.min(events.size(), from + 1 + random.nextInt(8));
      batches.add(List.copyOf(events.subList(from, to)));
      from = to;
    }
    return batches;
  }

  private static MessageReceived received(UserId sender, String name) {
    return new MessageReceived(
        MessageId.of(sender, null, name, SESSION),
        SESSION,
        sender,
        null,
        name,
        Content.ofText(name),
        0,
        0);
  }

  private static SessionChanged changed(
      long version, String change, List<UserId> added, List<UserId> removed, List<UserId> after) {
    SessionView view =
        new SessionView(
            SESSION,
            ALICE,
            ALICE,
            after,
            List.of(),
            SessionKind.GROUP,
            null,
            null,
            SessionView.VALID,
            version,
            1,
            1,
            null);
    return new SessionChanged(view, change, ALICE, added, removed, version);
  }

  /** A store, the outboxes' stream, those who asked, and the owner of the partition. */
  private static final class World implements Deliveries {
    private final FakeMessageStore store = new FakeMessageStore(CONTENTS);
    private final FakeReadPositions positions = new FakeReadPositions();
    private final List<Deliver> told = new ArrayList<>();
    private final Set<MessageId> recalled = new HashSet<>();

    /** All that was ever answered to each request: it must not be one thing and then another. */
    private final Map<String, Set<ErrorCode>> answers = new HashMap<>();

    private FanoutPartition owner = newOwner();
    private int failAfter = -1;

    /** Each batch until it is handled, and some of them once more, also by one who is late. */
    void surviveAll(List<List<SessionEvent>> batches, Random random) throws InterruptedException {
      FanoutPartition late = owner;
      for (int i = 0; i < batches.size(); i++) {
        boolean again = random.nextInt(4) == 0;
        while (!survived(batches.get(i), random) || again) {
          again = false;
          if (random.nextBoolean()) {
            late = owner;
            owner = newOwner();
          }
        }
        if (random.nextInt(5) == 0) {
          late.handle(batches.get(random.nextInt(i + 1)));
          owner.reset();
        }
      }
    }

    private boolean survived(List<SessionEvent> batch, Random random) throws InterruptedException {
      switch (random.nextInt(5)) {
        case 0 -> store.failNextInsertAfter(random.nextInt(4));
        case 1 -> store.failNextChange();
        case 2 -> failAfter = random.nextInt(4);
        default -> {}
      }
      try {
        owner.handle(batch);
        return true;
      } catch (HongyanException e) {
        return false;
      } finally {
        store.failNoMore();
        failAfter = -1;
      }
    }

    private FanoutPartition newOwner() {
      return new FanoutPartition(
          store,
          CONTENTS,
          this,
          session -> List.of(),
          new FanoutMetrics(new SimpleMeterRegistry()),
          positions,
          new MessageChangeRules(
              new MessageChangeProperties(Duration.ofMillis(20), Duration.ofMillis(30), 2, 2),
              CONTENTS),
          answer ->
              answers
                  .computeIfAbsent(answer.request(), key -> new HashSet<>())
                  .add(answer.errcode()),
          new FanoutProperties(100, 10, Duration.ofSeconds(5)));
    }

    @Override
    public int partitionOf(UserId receiver) {
      return ALL.indexOf(receiver);
    }

    @Override
    public CompletableFuture<@Nullable Void> publish(int partition, ReceiverEvent event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<@Nullable Void> publishInOrder(List<Placed<ReceiverEvent>> events) {
      for (Placed<ReceiverEvent> placed : events) {
        if (failAfter == 0) {
          return CompletableFuture.failedFuture(new IllegalStateException("no broker"));
        }
        failAfter--;
        switch (placed.event()) {
          case Deliver deliver -> told.add(deliver);
          case Recalled one -> {
            recalled.add(one.message());
            told.add(one.notice());
          }
          default -> {}
        }
      }
      return CompletableFuture.completedFuture(null);
    }

    /** The messages that went to a receiver, in the order in which he first got them. */
    List<MessageId> firstTold(UserId receiver) {
      Set<MessageId> first = new LinkedHashSet<>();
      told.stream()
          .filter(deliver -> deliver.receivers().contains(receiver))
          .forEach(deliver -> first.add(deliver.message()));
      return List.copyOf(first);
    }
  }
}
