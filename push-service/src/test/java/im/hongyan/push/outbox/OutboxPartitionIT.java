package im.hongyan.push.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Updates;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import im.hongyan.amqp.PoisonEventException;
import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.codec.WireCodec;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.DeliveryId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Acknowledged;
import im.hongyan.model.event.ReceiverEvent.Connected;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Disconnected;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.event.ReceiverEvent.Recalled;
import im.hongyan.model.event.ReceiverEvent.TakenOver;
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage.MsgReadNotice;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.FakeMessageStore;
import im.hongyan.push.message.NewMessage;
import im.hongyan.push.pushing.Pusher;
import im.hongyan.push.store.PushIndexes;
import im.hongyan.push.store.PushStore;
import im.hongyan.testsupport.MutableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.bson.BsonDocument;
import org.bson.BsonInt32;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class OutboxPartitionIT {
  private static final SessionId SESSION = new SessionId("s1");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final Runnable NOTHING = () -> {};
  private static EmbeddedMongo mongo;
  private static MongoClient client;
  private static int databases;
  private static final List<BsonDocument> COMMANDS = new CopyOnWriteArrayList<>();

  private final MutableClock clock = MutableClock.atNewYear();
  private final ContentBson contents = new ContentBson(JsonMapper.builder().build());
  private final FakeMessageStore messages = new FakeMessageStore(contents);
  private final Wire wire = new Wire();
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private final OutboxMetrics metrics = new OutboxMetrics(meters);
  private final StreamOfDeliveries deliveries = new StreamOfDeliveries();
  private final Set<UserId> away = new HashSet<>();
  private final List<UserId> heard = new ArrayList<>();
  private boolean presenceKnown = true;
  private int maxReceivers = 1_000;
  private PushStore database;
  private OutboxStore store;
  private OutboxPartition owner;
  private boolean storeFails;
  private boolean readsFail;
  private boolean lateLeft;
  private Runnable beforePolled = NOTHING;
  private Runnable beforeRecall = NOTHING;
  private final List<Runnable> late = new ArrayList<>();
  private long nextSeq = 1;

  @BeforeAll
  static void startStore() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    CommandListener recorder =
        new CommandListener() {
          @Override
          public void commandStarted(CommandStartedEvent started) {
            COMMANDS.add(started.getCommand().clone());
          }
        };
    client =
        MongoClients.create(
            MongoClientSettings.builder()
                .applyConnectionString(new ConnectionString(mongo.connectionString()))
                .addCommandListener(recorder)
                .build());
  }

  @AfterAll
  static void stopStore() {
    client.close();
    mongo.close();
  }

  @BeforeEach
  void open() {
    database =
        new PushStore(client.getDatabase("push" + databases++), Duration.ofSeconds(10), meters);
    PushIndexes.create(database);
    store = failing(new MongoOutboxStore(database, clock, 8));
    owner = newOwner();
  }

  @Test
  void receiverBackOnlineGetsAThousandUnsentMessagesOldestFirst() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB)));
    for (int batch = 0; batch < 10; batch++) {
      List<ReceiverEvent> events = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        events.add(message(BOB));
      }
      owner.handle(events);
    }
    assertThat(wire.pushes).isEmpty();

    owner.handle(List.of(new Connected(BOB, Reply.ok("connected", BOB))));
    while (wire.seqs(BOB).size() < 1000 && !wire.unacknowledged.isEmpty()) {
      owner.handle(wire.acknowledgeAll());
    }

    assertThat(wire.pushes.getFirst().json()).contains("connected_reply");
    assertThat(wire.seqs(BOB)).isEqualTo(LongStream.rangeClosed(1, 1000).boxed().toList());
    owner.handle(wire.acknowledgeAll());
    assertThat(count(new Document("status", 1))).isEqualTo(1000);
  }

  @Test
  void aFurtherDeviceGetsWhatAnotherHasAcknowledgedButNotWhatIsGone() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB)));
    Deliver first = message(BOB);
    Deliver secret = message(BOB);
    Deliver worthless = deliver(List.of(BOB), List.of(), 1);
    owner.handle(List.of(first, secret, worthless, message(BOB), new Connected(BOB, null)));
    owner.handle(wire.acknowledge(1));
    messages.recall(List.of(secret.message()));
    clock.advance(Duration.ofSeconds(2));
    MissedPushes missed = new MissedPushes(store, messages, clock);

    MissedPushes.Part begin = missed.after(BOB, 0, 2);
    MissedPushes.Part rest = missed.after(BOB, begin.next(), 10);

    assertThat(missed.end(BOB)).isEqualTo(4);
    assertThat(begin.more()).isTrue();
    assertThat(rest.more()).isFalse();
    assertThat(begin.pushes()).extracting(Wire::seqOf).containsExactly(1L);
    assertThat(rest.pushes()).extracting(Wire::seqOf).containsExactly(4L);
    assertThat(missed.after(BOB, rest.next(), 10))
        .isEqualTo(new MissedPushes.Part(List.of(), 4, false));
    assertThat(missed.after(ALICE, 0, 10)).isEqualTo(new MissedPushes.Part(List.of(), 0, false));
  }

  @Test
  void whatAFurtherDeviceGetsIsHandedOutBeforeItCanBeRecalledUnseen() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB), message(BOB)));
    DeliveryId id = store.open(new OutboxStore.Range(BOB, 0, 1)).getFirst().id();

    assertThat(new MissedPushes(store, messages, clock).after(BOB, 0, 10).pushes()).hasSize(1);
    store.recallUnseen(List.of(id));

    assertThat(store.find(List.of(id)).get(id).cancelled()).isFalse();
  }

  @Test
  void whoIsThereIsToldOnceAndNothingOfItIsKept() {
    UserId unknown = new UserId("unknown");
    owner.handle(
        List.of(new Connected(ALICE, null), new Connected(BOB, null), new Disconnected(BOB)));
    Notified read = new Notified(List.of(ALICE, BOB, unknown), new MsgReadNotice(SESSION, BOB, 7));

    owner.handle(List.of(read));
    clock.advance(Duration.ofMinutes(1));
    owner.tick(clock.millis());
    owner.handle(List.of(new Connected(BOB, null)));

    assertThat(wire.pushes).extracting(Pushed::receiver).containsExactly(ALICE, unknown);
    assertThat(wire.pushes.getFirst().json()).contains("msg_read").contains("\"seq\":7");
    assertThat(count(new Document())).isZero();
  }

  @Test
  void aNewOwnerSendsWhatWasNotAcknowledgedAndWhatComesAfterInOrder() {
    owner.handle(List.of(message(BOB), message(BOB), message(BOB)));
    owner.handle(wire.acknowledge(1));
    wire.pushes.clear();

    OutboxPartition successor = newOwner();
    successor.handle(List.of(message(BOB)));

    assertThat(wire.seqs(BOB)).containsExactly(2L, 3L, 4L);
  }

  @Test
  void aNewOwnerFindsThoseWhoWaitWithoutAnyEventOfTheirs() {
    owner.handle(List.of(message(BOB)));
    wire.pushes.clear();

    OutboxPartition successor = newOwner();
    successor.reset();
    successor.handle(List.of(new TakenOver()));
    successor.tick(clock.millis());

    assertThat(wire.seqs(BOB)).containsExactly(1L);
  }

  @Test
  void aFailingStoreMakesTheBatchComeAgainAndNothingIsSentTwiceOrOutOfOrder() {
    List<ReceiverEvent> batch = List.of(message(BOB), message(ALICE, BOB), message(BOB));
    storeFails = true;
    assertThatThrownBy(() -> owner.handle(batch)).isInstanceOf(HongyanException.class);
    assertThat(wire.pushes).isEmpty();
    storeFails = false;

    owner.handle(batch);
    owner.handle(batch);

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L, 3L);
    assertThat(wire.seqs(ALICE)).containsExactly(2L);
    assertThat(count(new Document())).isEqualTo(4);
  }

  @Test
  void anOwnerWhoDoesNotKnowThatHeHasBeenReplacedOverwritesNothing() {
    OutboxPartition zombie = newOwner();
    ReceiverEvent first = message(BOB);
    ReceiverEvent second = message(BOB);
    ReceiverEvent third = message(BOB);
    zombie.handle(List.of(first));
    owner.handle(List.of(first, second));

    zombie.handle(List.of(second, third));
    wire.pushes.clear();
    owner.handle(List.of(third, message(BOB)));

    assertThat(wire.seqs(BOB)).containsExactly(3L, 4L);
    assertThat(count(new Document())).isEqualTo(4);
  }

  @Test
  void whatALeaverHasNotGotIsDroppedBeforeHeIsToldAndOnlyOnce() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB), message(BOB)));
    Deliver notice = leaving(BOB);
    owner.handle(List.of(notice));
    assertThat(count(new Document("status", 3))).isEqualTo(1);

    owner.handle(List.of(message(BOB), notice, new Connected(BOB, null)));

    assertThat(wire.seqs(BOB)).containsExactly(2L, 3L);
    assertThat(count(new Document("status", 3))).isEqualTo(1);
  }

  @Test
  void aLeaverWhoIsThereGetsTheNoticeOnceAndNothingOfTheSessionIsWaitedFor() {
    owner.handle(List.of(message(BOB)));
    owner.handle(List.of(leaving(BOB)));
    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);

    wire.acknowledge(1);
    owner.handle(wire.acknowledgeAll());
    clock.advance(Duration.ofMinutes(1));
    owner.tick(clock.millis());

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);
  }

  @Test
  void whenTheNoticeOfALeaverIsTriedAgainNothingOfTheSessionIsWaitedFor() {
    owner.handle(List.of(message(BOB)));
    Deliver notice = leaving(BOB);
    storeFails = true;
    assertThatThrownBy(() -> owner.handle(List.of(notice))).isInstanceOf(HongyanException.class);
    storeFails = false;

    owner.handle(List.of(notice));
    wire.acknowledge(1);
    owner.handle(wire.acknowledgeAll());
    clock.advance(Duration.ofMinutes(1));
    owner.tick(clock.millis());
    owner.handle(List.of(message(BOB)));

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L, 3L);
    assertThat(count(new Document("status", 3).append("retry", 0))).isEqualTo(1);
  }

  @Test
  void whatALeaverGetsAfterHeIsBackIsNotDroppedByALateCommand() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB), message(BOB)));
    lateLeft = true;
    assertThatThrownBy(() -> owner.handle(List.of(leaving(BOB))))
        .isInstanceOf(HongyanException.class);
    lateLeft = false;
    owner.handle(List.of(message(BOB)));

    late.forEach(Runnable::run);

    assertThat(count(new Document("status", 3))).isEqualTo(1);
    assertThat(count(new Document("status", 0))).isEqualTo(1);
  }

  @Test
  void whoHasARecalledMessageIsToldInOrderAndWhoHasNotGotItHearsNothing() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB)));
    Deliver first = message(BOB);
    Deliver message = message(ALICE, BOB);
    owner.handle(List.of(first, message, message(ALICE, BOB)));

    owner.handle(List.of(recalled(message, ALICE, BOB), message(ALICE, BOB)));
    owner.handle(List.of(new Connected(BOB, null)));

    assertThat(wire.seqs(ALICE)).containsExactly(2L, 3L, 4L, 5L);
    assertThat(wire.pushes.get(2).json()).contains("\"msg_cancel\"", message.message().value());
    assertThat(wire.seqs(BOB)).containsExactly(1L, 3L, 5L);
    assertThat(count(new Document("recvId", message.message().value()).append("cancel", true)))
        .isEqualTo(2);
    assertThat(count(new Document("status", 5))).isEqualTo(2);
    assertThat(counted("recalled.unseen")).isEqualTo(1);
  }

  @Test
  void whoHasAcknowledgedARecalledMessageIsTold() {
    Deliver message = message(BOB);
    owner.handle(List.of(message));
    owner.handle(wire.acknowledgeAll());

    owner.handle(List.of(recalled(message, BOB)));

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);
    assertThat(count(new Document("status", 1).append("cancel", true))).isEqualTo(1);
  }

  @Test
  void aPushInFlightIsNotRepeatedAfterItsRecallAndNothingWaitsForIt() {
    Deliver message = message(BOB);
    owner.handle(List.of(message, message(BOB)));
    owner.handle(List.of(recalled(message, BOB)));
    List<ReceiverEvent> late = wire.acknowledge(1);
    owner.handle(wire.acknowledgeAll());

    clock.advance(Duration.ofMinutes(1));
    owner.tick(clock.millis());
    owner.handle(late);
    owner.handle(List.of(new Connected(BOB, null)));

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L, 3L);
    assertThat(store.haveOpen(List.of(BOB))).isEmpty();
  }

  @Test
  void aRecallHandledAgainByAnybodyTellsTheSamePeopleOnce() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB)));
    Deliver message = message(ALICE, BOB);
    owner.handle(List.of(message));
    Recalled recalled = recalled(message, ALICE, BOB);
    storeFails = true;
    assertThatThrownBy(() -> owner.handle(List.of(recalled))).isInstanceOf(HongyanException.class);
    storeFails = false;

    OutboxPartition successor = newOwner();
    successor.handle(List.of(recalled));
    owner.handle(List.of(recalled));
    successor.handle(List.of(new Connected(BOB, null), message(BOB)));

    assertThat(wire.seqs(BOB)).containsExactly(3L);
    assertThat(wire.seqs(ALICE).stream().distinct()).containsExactly(1L, 2L);
    assertThat(count(new Document("recvId", recalled.notice().message().value()))).isEqualTo(1);
  }

  @Test
  void whereNobodyKnowsAnyMoreWhetherAMessageWasSentItsReceiverIsTold() {
    Deliver message = message(BOB);
    owner.handle(List.of(message));

    away.add(BOB);
    OutboxPartition successor = newOwner();
    successor.handle(List.of(recalled(message, BOB)));
    wire.pushes.clear();
    successor.handle(List.of(new Connected(BOB, null)));

    assertThat(wire.seqs(BOB)).containsExactly(2L);
  }

  @Test
  void whoHasPolledARecalledMessageIsTold() {
    away.add(BOB);
    Deliver message = message(BOB);
    owner.handle(List.of(message));
    UnacknowledgedPushes poll = new UnacknowledgedPushes(store, messages, clock);
    assertThat(poll.oldest(BOB, 10)).hasSize(1);

    owner.handle(List.of(recalled(message, BOB)));

    assertThat(poll.oldest(BOB, 10).stream().map(Wire::seqOf)).containsExactly(2L);
  }

  @Test
  void whatIsRecalledWhileItIsPolledIsNotHandedOut() {
    away.add(BOB);
    Deliver message = message(BOB);
    Deliver other = message(BOB);
    owner.handle(List.of(message, other));
    beforePolled = () -> owner.handle(List.of(recalled(message, BOB)));

    List<byte[]> polled = new UnacknowledgedPushes(store, messages, clock).oldest(BOB, 10);

    assertThat(polled.stream().map(Wire::seqOf)).containsExactly(2L);
    assertThat(count(new Document("receiver", "bob"))).as("nobody is told").isEqualTo(2);
  }

  @Test
  void whatIsPolledWhileItIsRecalledIsToldAsRecalled() {
    away.add(BOB);
    Deliver message = message(BOB);
    owner.handle(List.of(message));
    UnacknowledgedPushes poll = new UnacknowledgedPushes(store, messages, clock);
    beforeRecall = () -> assertThat(poll.oldest(BOB, 10)).hasSize(1);

    owner.handle(List.of(recalled(message, BOB)));

    assertThat(poll.oldest(BOB, 10).stream().map(Wire::seqOf)).containsExactly(2L);
  }

  @Test
  void anotherPollOfTheSameCostsNoWrite() {
    away.add(BOB);
    owner.handle(List.of(message(BOB)));
    UnacknowledgedPushes poll = new UnacknowledgedPushes(store, messages, clock);
    poll.oldest(BOB, 10);
    COMMANDS.clear();

    assertThat(poll.oldest(BOB, 10)).hasSize(1);

    assertThat(COMMANDS.stream().map(BsonDocument::getFirstKey)).doesNotContain("update");
  }

  @Test
  void whatIsMarkedAsFailedLateIsSentAllTheSame() {
    owner.handle(List.of(new Connected(BOB, null), new Disconnected(BOB)));
    owner.handle(List.of(message(BOB), message(BOB)));
    database.entries().updateMany(new Document(), Updates.set("status", 2));

    owner.handle(List.of(new Connected(BOB, null)));
    owner.handle(wire.acknowledgeAll());

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);
    assertThat(count(new Document("status", 1))).isEqualTo(2);
  }

  @Test
  void whatCannotBeReadIsPassedOverAndStandsInNobodysWay() {
    away.add(BOB);
    owner.handle(List.of(message(BOB), message(BOB), message(BOB), message(ALICE)));
    database
        .entries()
        .updateOne(new Document("receiver", "bob").append("seq", 1L), Updates.unset("createdAt"));
    database
        .entries()
        .updateOne(
            new Document("receiver", "bob").append("seq", 2L), Updates.set("cancel", "maybe"));
    clock.advance(Duration.ofSeconds(10));
    wire.pushes.clear();

    owner.handle(List.of(new Connected(BOB, null)));
    owner.tick(clock.millis());

    assertThat(wire.seqs(BOB)).containsExactly(3L);
    assertThat(wire.seqs(ALICE)).containsExactly(4L);
    assertThat(meters.get("hongyan.push.documents.unreadable").counter().count()).isEqualTo(2);
  }

  @Test
  void whateverFailsInATickTheStillAreForgottenAndWhatHasExpiredIsMarked() {
    away.add(BOB);
    owner.handle(List.of(shortLived(5, BOB), message(ALICE)));
    readsFail = true;
    clock.advance(Duration.ofMinutes(11));

    assertThatThrownBy(() -> owner.tick(clock.millis())).isInstanceOf(HongyanException.class);

    assertThat(count(new Document("status", 4))).isEqualTo(1);
    readsFail = false;
    clock.advance(Duration.ofMillis(1));
    owner.tick(clock.millis());
    assertThat(held()).isEqualTo(1);
  }

  @Test
  void whoeverMayWaitIsToldWhatIsStoredAndNotOfCopies() {
    ReceiverEvent message = message(ALICE, BOB);
    owner.handle(List.of(message));
    owner.handle(List.of(message));

    assertThat(heard).containsExactly(ALICE, BOB);
  }

  @Test
  void whileNobodyCanTellWhoIsThereAllAreSentTheirsAndLaterItIsAskedAgain() {
    away.add(BOB);
    presenceKnown = false;
    owner.handle(List.of(message(ALICE, BOB)));
    owner.tick(clock.millis());
    assertThat(wire.seqs(BOB)).containsExactly(1L);

    presenceKnown = true;
    for (int minute = 0; minute < 20; minute++) {
      owner.tick(clock.millis());
      clock.advance(Duration.ofMinutes(1));
    }

    assertThat(wire.seqs(BOB)).containsExactly(1L);
    assertThat(count(new Document("receiver", "bob").append("status", 0))).isEqualTo(1);
    assertThat(count(new Document("receiver", "alice").append("status", 2))).isEqualTo(1);
  }

  @Test
  void whoComesWhileNobodyCanTellWhoIsThereIsNotTakenForAwayLater() {
    presenceKnown = false;
    owner.handle(List.of(message(BOB), new Connected(BOB, null)));
    presenceKnown = true;
    away.add(BOB);

    owner.tick(clock.millis());
    owner.handle(List.of(message(BOB)));

    assertThat(wire.seqs(BOB)).containsExactly(1L, 1L, 2L);
  }

  @Test
  void aNewOwnerGivesWhatHasFailedAnotherChance() {
    owner.handle(List.of(message(BOB)));
    for (int minute = 0; minute < 20; minute++) {
      clock.advance(Duration.ofMinutes(1));
      owner.tick(clock.millis());
    }
    assertThat(count(new Document("status", 2))).isEqualTo(1);
    wire.pushes.clear();

    OutboxPartition successor = newOwner();
    successor.reset();
    successor.handle(List.of(new TakenOver()));
    successor.tick(clock.millis());

    assertThat(wire.seqs(BOB)).containsExactly(1L);
  }

  @Test
  void metersTellFirstPushesFromRepeatedOnesAndRecalledMessagesFromMissingOnes() {
    owner.handle(List.of(message(BOB), message(BOB)));
    owner.handle(List.of(new Connected(BOB, null)));
    assertThat(counted("pushed")).isEqualTo(2);
    assertThat(counted("redelivered")).isEqualTo(2);

    messages.recallAll();
    owner.handle(List.of(new Connected(BOB, null)));

    assertThat(counted("redelivered")).isEqualTo(2);
    assertThat(counted("messages.missing")).isZero();
  }

  @Test
  void metersCountWhatIsAcknowledgedTogetherAndNothingOfWhatOthersOwn() {
    owner.handle(List.of(message(BOB), message(BOB), message(BOB)));
    DeliveryId second = wire.unacknowledged.get(1).delivery();
    owner.tick(clock.millis());
    assertThat(held()).isEqualTo(1);

    owner.handle(List.of(new Acknowledged(BOB, second, true)));
    assertThat(counted("acknowledged")).isEqualTo(2);

    owner.reset();
    assertThat(held()).isZero();
  }

  @Test
  void nobodyAcknowledgesForSomebodyElse() {
    owner.handle(List.of(message(BOB)));
    DeliveryId bobs = wire.unacknowledged.getFirst().delivery();

    owner.handle(
        List.of(new Acknowledged(ALICE, bobs, false), new Acknowledged(ALICE, bobs, true)));

    assertThat(count(new Document("status", 1))).isZero();
    newOwner().handle(List.of(new Acknowledged(BOB, bobs, false)));
    assertThat(count(new Document("status", 1))).isEqualTo(1);
  }

  @Test
  void aReceiverWhoNeverAcknowledgesBlocksOnlyHimself() {
    owner.handle(List.of(message(ALICE, BOB)));
    owner.handle(wire.acknowledgeOf(ALICE));
    for (int minute = 0; minute < 20; minute++) {
      clock.advance(Duration.ofMinutes(1));
      owner.tick(clock.millis());
    }
    wire.pushes.clear();

    owner.handle(List.of(message(ALICE, BOB)));

    assertThat(wire.seqs(ALICE)).containsExactly(2L);
    assertThat(wire.seqs(BOB)).isEmpty();
    assertThat(count(new Document("status", 2).append("retry", 5))).isEqualTo(1);
    owner.handle(List.of(new Connected(BOB, null)));
    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);
  }

  @Test
  void upToAcknowledgesEverythingBeforeAlsoAfterARestart() {
    owner.handle(List.of(message(BOB), message(BOB), message(BOB)));
    DeliveryId second = wire.unacknowledged.get(1).delivery();

    newOwner().handle(List.of(new Acknowledged(BOB, second, true)));

    assertThat(count(new Document("status", 1))).isEqualTo(2);
  }

  @Test
  void whatTheBrokerDidNotTakeIsSentWhenItIsBackAndIsNoFailure() {
    wire.connected = false;
    owner.handle(List.of(message(BOB), message(BOB)));
    assertThat(wire.pushes).isEmpty();
    for (int i = 0; i < 100; i++) {
      clock.advance(Duration.ofSeconds(30));
      owner.tick(clock.millis());
    }

    wire.connected = true;
    owner.tick(clock.millis());

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);
    assertThat(count(new Document("status", 2))).isZero();
  }

  @Test
  void aPollGoesOnBehindWhatHasExpiredAndMarksIt() {
    away.add(BOB);
    UnacknowledgedPushes pushes = new UnacknowledgedPushes(store, messages, clock);
    for (int i = 0; i < 7; i++) {
      owner.handle(List.of(shortLived(5, BOB)));
    }
    owner.handle(List.of(message(BOB), shortLived(5, BOB), message(BOB), message(BOB)));
    clock.advance(Duration.ofSeconds(5));

    List<byte[]> found = pushes.oldest(BOB, 2);

    assertThat(found.stream().map(Wire::seqOf)).containsExactly(8L, 10L);
    assertThat(count(new Document("status", 4))).isEqualTo(8);
    assertThat(pushes.whoHasSome(List.of(ALICE, BOB))).containsExactly(BOB);
  }

  @Test
  void whatExpiresWhileItsReceiverIsAwayIsMarkedAfterAWhileAndNothingElseIs() {
    away.add(BOB);
    owner.handle(List.of(shortLived(5, BOB), message(BOB), shortLived(600, BOB)));
    owner.handle(List.of(shortLived(5, ALICE)));
    owner.handle(wire.acknowledgeOf(ALICE));
    owner.tick(clock.millis());
    clock.advance(Duration.ofSeconds(64));
    owner.tick(clock.millis());
    assertThat(count(new Document("status", 4))).isZero();

    clock.advance(Duration.ofSeconds(60));
    owner.tick(clock.millis());

    assertThat(count(new Document("status", 4))).isEqualTo(1);
    assertThat(count(new Document("status", 1))).isEqualTo(1);
    assertThat(count(new Document("expiresAt", new Document("$exists", true)))).isEqualTo(1);
  }

  @Test
  void whoAcknowledgesWithoutAConnectionIsSentNothingAndIsForgotten() {
    maxReceivers = 1;
    away.add(BOB);
    owner.handle(List.of(message(BOB), message(BOB)));
    DeliveryId first = store.open(new OutboxStore.Range(BOB, 0, 1)).getFirst().id();

    OutboxPartition successor = newOwner();
    successor.handle(List.of(new Acknowledged(BOB, first, false)));
    successor.handle(List.of(message(ALICE)));
    for (int minute = 0; minute < 40; minute++) {
      clock.advance(Duration.ofMinutes(1));
      successor.tick(clock.millis());
    }

    assertThat(wire.seqs(BOB)).isEmpty();
    assertThat(count(new Document("receiver", "bob").append("status", 2))).isZero();
    assertThat(held()).isZero();
  }

  @Test
  void whoNeverAcknowledgesIsForgottenOnceHeHasFailedAndGetsAllWhenHeIsBack() {
    owner.handle(List.of(message(BOB)));
    for (int minute = 0; minute < 40; minute++) {
      clock.advance(Duration.ofMinutes(1));
      owner.tick(clock.millis());
    }
    assertThat(held()).isZero();
    wire.pushes.clear();

    owner.handle(List.of(message(BOB)));

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);
  }

  @Test
  void aNewOwnerFindsTheLastOneWhoWaitsHoweverMuchWaitsForOthers() {
    List<UserId> absent =
        IntStream.range(0, 40)
            .mapToObj(i -> new UserId((i % 2 == 0 ? "absent" : "other") + i))
            .toList();
    away.addAll(absent);
    for (int i = 0; i < 50; i++) {
      owner.handle(List.of(message(absent.toArray(UserId[]::new))));
    }
    owner.handle(List.of(message(new UserId("zoe"))));
    wire.pushes.clear();
    OutboxPartition successor = newOwner();
    successor.reset();
    successor.handle(List.of(new TakenOver()));
    COMMANDS.clear();

    successor.tick(clock.millis());

    assertThat(wire.seqs(new UserId("zoe"))).hasSize(1);
    assertThat(
            COMMANDS.stream()
                .filter(command -> command.containsKey("find"))
                .filter(command -> !command.getDocument("filter").containsKey("expiresAt"))
                .mapToInt(command -> command.getNumber("limit", new BsonInt32(0)).intValue())
                .sum())
        .as("entries read, of 2001")
        .isLessThan(900);
  }

  @Test
  void whoeverOwnsThePartitionIsToldUntilTheBrokerHasConfirmedIt() {
    deliveries.confirms = false;
    owner.reset();
    owner.tick(clock.millis());
    deliveries.confirms = true;
    owner.tick(clock.millis());
    owner.tick(clock.millis());

    assertThat(deliveries.told).hasSize(3).hasOnlyElementsOfType(TakenOver.class);
  }

  @Test
  void aBatchOfMessagesAndAcknowledgementsCostsTwoCommandsOfTheDatabase() {
    owner.handle(List.of(message(ALICE, BOB), message(BOB)));
    List<ReceiverEvent> batch = new ArrayList<>(wire.acknowledgeAll());
    batch.add(message(ALICE, BOB));
    owner.handle(batch);
    batch = new ArrayList<>(wire.acknowledge(1));
    DeliveryId last = wire.unacknowledged.getLast().delivery();
    batch.add(new Acknowledged(wire.unacknowledged.getLast().receiver(), last, true));
    batch.add(message(ALICE, BOB));
    COMMANDS.clear();

    owner.handle(batch);

    assertThat(COMMANDS.stream().map(BsonDocument::getFirstKey))
        .containsExactly("insert", "update");
    assertThat(count(new Document("status", 1))).isEqualTo(5);
  }

  @Test
  void theAcknowledgementsOfFurtherDevicesCostNothingAndAfterARestartOneReading() {
    owner.handle(List.of(message(BOB)));
    List<ReceiverEvent> acknowledged = wire.acknowledgeAll();
    owner.handle(acknowledged);
    COMMANDS.clear();

    owner.handle(acknowledged);
    assertThat(COMMANDS).isEmpty();
    OutboxPartition successor = newOwner();
    successor.handle(List.of(message(BOB)));
    COMMANDS.clear();
    successor.handle(acknowledged);
    successor.handle(acknowledged);

    assertThat(COMMANDS.stream().map(BsonDocument::getFirstKey)).containsExactly("find");
    assertThat(meters.get("hongyan.push.acknowledged").counter().count()).isEqualTo(1);
  }

  @Test
  void whatIsWrittenIsOnTheDisksOfAMajorityAndWhatIsReadCannotBeTakenBack() {
    COMMANDS.clear();

    owner.handle(List.of(message(BOB)));
    owner.handle(wire.acknowledgeAll());
    store.find(List.of(new DeliveryId("none")));

    BsonDocument safe = BsonDocument.parse("{w: 'majority', j: true}");
    assertThat(COMMANDS.stream().map(BsonDocument::getFirstKey)).contains("insert", "update");
    assertThat(COMMANDS)
        .allSatisfy(
            command ->
                assertThat(
                        command.containsKey("find")
                            ? command.getDocument("readConcern").getString("level").getValue()
                            : command.getDocument("writeConcern"))
                    .isEqualTo(command.containsKey("find") ? "majority" : safe));
  }

  @Test
  void anEventOfALaterVersionIsNotPassedOver() {
    List<ReceiverEvent> batch = List.of(message(BOB), new ReceiverEvent.Unknown());

    assertThatThrownBy(() -> owner.handle(batch))
        .isInstanceOfSatisfying(
            PoisonEventException.class, poison -> assertThat(poison.index()).isEqualTo(1));
    assertThat(wire.pushes).isEmpty();
  }

  @Test
  void howeverManyComeBackAtOnceNoCommandReadsMoreThanASlice() {
    List<UserId> crowd = IntStream.range(0, 60).mapToObj(i -> new UserId("user" + i)).toList();
    away.addAll(crowd);
    for (int i = 0; i < 100; i++) {
      // A message for each, so that nobody's are read for another.
      owner.handle(crowd.stream().map(user -> (ReceiverEvent) message(user)).toList());
    }

    owner.handle(crowd.stream().map(user -> (ReceiverEvent) new Connected(user, null)).toList());

    assertThat(wire.pushes).hasSize(6_000);
    assertThat(messages.mostFoundAtOnce()).isLessThanOrEqualTo(1_600);
  }

  private OutboxPartition newOwner() {
    return new OutboxPartition(
        0,
        new OutboxTools(
            store,
            messages,
            contents,
            new WireCodec(),
            this::online,
            wire,
            heard::add,
            deliveries,
            metrics,
            clock,
            new OutboxProperties(
                100,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                5,
                100,
                maxReceivers,
                Duration.ofMinutes(10),
                1000,
                16,
                500,
                Duration.ofMillis(200),
                Duration.ofMinutes(1))));
  }

  private double counted(String counter) {
    return meters.get("hongyan.push." + counter).counter().count();
  }

  private double held() {
    return meters.get("hongyan.push.receivers.held").gauge().value();
  }

  private Optional<Set<UserId>> online(Set<UserId> asked) {
    if (!presenceKnown) {
      return Optional.empty();
    }
    Set<UserId> online = new HashSet<>(asked);
    online.removeAll(away);
    return Optional.of(online);
  }

  @SuppressWarnings("unchecked")
  private OutboxStore failing(OutboxStore real) {
    return (OutboxStore)
        Proxy.newProxyInstance(
            OutboxStore.class.getClassLoader(),
            new Class<?>[] {OutboxStore.class},
            (proxy, method, args) -> {
              if (storeFails && method.getName().equals("insert")) {
                real.insert(((List<OutboxStore.NewEntry>) args[0]).subList(0, 1));
                throw HongyanException.unavailable("the store has gone", null);
              }
              run(method.getName().equals("polled") ? beforePolled : NOTHING);
              run(method.getName().equals("recallUnseen") ? beforeRecall : NOTHING);
              if (readsFail && method.getName().equals("open")) {
                throw HongyanException.unavailable("the store has gone", null);
              }
              if (lateLeft && method.getName().equals("left")) {
                late.add(() -> real.left((SessionId) args[0], (Map<UserId, Long>) args[1]));
                throw HongyanException.unavailable("no answer in time", null);
              }
              return method.invoke(real, args);
            });
  }

  private Deliver message(UserId... receivers) {
    return deliver(List.of(receivers), List.of(), 0);
  }

  private void run(Runnable once) {
    beforePolled = once == beforePolled ? NOTHING : beforePolled;
    beforeRecall = once == beforeRecall ? NOTHING : beforeRecall;
    once.run();
  }

  private Recalled recalled(Deliver message, UserId... holders) {
    long seq = nextSeq++;
    MessageId id = MessageId.ofRecall(message.message());
    Content content =
        Content.ofSystem(Map.of("event", "msg_cancel", "messagerecvId", message.message().value()));
    messages.insert(
        List.of(
            new NewMessage(
                id,
                SESSION,
                seq,
                message.sender(),
                null,
                content,
                null,
                0,
                clock.millis(),
                0,
                List.of(),
                0,
                null)));
    Deliver notice =
        new Deliver(
            id,
            SESSION,
            seq,
            message.sender(),
            content,
            0,
            clock.millis(),
            List.of(holders),
            List.of());
    return new Recalled(message.message(), List.of(holders), notice);
  }

  private Deliver shortLived(int seconds, UserId receiver) {
    return deliver(List.of(receiver), List.of(), seconds);
  }

  private Deliver leaving(UserId leaver) {
    return deliver(List.of(leaver), List.of(leaver), 0);
  }

  private Deliver deliver(List<UserId> receivers, List<UserId> leavers, int expire) {
    long seq = nextSeq++;
    UserId sender = new UserId("sender");
    MessageId id = MessageId.of(sender, null, "c" + seq, SESSION);
    Content content = Content.ofText("text " + seq);
    long now = clock.millis();
    messages.insert(
        List.of(
            new NewMessage(
                id, SESSION, seq, sender, "c" + seq, content, null, expire, now, 0, List.of(), 0,
                null)));
    return new Deliver(id, SESSION, seq, sender, content, expire, now, receivers, leavers);
  }

  private long count(Document filter) {
    return database.entries().countDocuments(filter);
  }

  private record Pushed(UserId receiver, String json, DeliveryId delivery, long seq) {}

  /** The receivers' side of the wire. */
  private static final class Wire implements Pusher {
    private final List<Pushed> pushes = new ArrayList<>();
    private final List<Pushed> unacknowledged = new ArrayList<>();
    private final JsonMapper json = JsonMapper.builder().build();
    private boolean connected = true;

    @Override
    public void push(UserId receiver, byte[] bytes, Runnable onFailure) {
      if (!connected) {
        onFailure.run();
        return;
      }
      var tree = json.readTree(bytes);
      boolean push = tree.get("type").asString().equals("msg_push");
      Pushed pushed =
          new Pushed(
              receiver,
              new String(bytes, StandardCharsets.UTF_8),
              new DeliveryId(push ? tree.get("messagesendId").asString() : "none"),
              push ? tree.get("seq").asLong() : 0);
      pushes.add(pushed);
      if (push) {
        unacknowledged.add(pushed);
      }
    }

    @Override
    public boolean isConnected() {
      return connected;
    }

    static long seqOf(byte[] push) {
      return JsonMapper.shared().readTree(push).get("seq").asLong();
    }

    List<Long> seqs(UserId receiver) {
      return pushes.stream()
          .filter(push -> push.receiver().equals(receiver) && push.seq() > 0)
          .map(Pushed::seq)
          .toList();
    }

    List<ReceiverEvent> acknowledgeAll() {
      return acknowledge(unacknowledged.size());
    }

    List<ReceiverEvent> acknowledgeOf(UserId receiver) {
      unacknowledged.removeIf(push -> !push.receiver().equals(receiver));
      return acknowledgeAll();
    }

    List<ReceiverEvent> acknowledge(int number) {
      List<Pushed> some = List.copyOf(unacknowledged.subList(0, number));
      unacknowledged.removeAll(some);
      return some.stream()
          .<ReceiverEvent>map(push -> new Acknowledged(push.receiver(), push.delivery(), false))
          .toList();
    }
  }

  /** What was told, and whether the broker confirms. */
  private static final class StreamOfDeliveries implements Deliveries {
    private final List<ReceiverEvent> told = new ArrayList<>();
    private boolean confirms = true;

    @Override
    public int partitionOf(UserId receiver) {
      return receiver.value().startsWith("other") ? 1 : 0;
    }

    @Override
    public CompletableFuture<@Nullable Void> publish(int partition, ReceiverEvent event) {
      told.add(event);
      return confirms
          ? CompletableFuture.completedFuture(null)
          : CompletableFuture.failedFuture(HongyanException.unavailable("no broker", null));
    }

    @Override
    public CompletableFuture<@Nullable Void> publishInOrder(List<Placed<ReceiverEvent>> events) {
      return CompletableFuture.completedFuture(null);
    }
  }
}
