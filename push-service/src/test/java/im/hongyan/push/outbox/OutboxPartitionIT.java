package im.hongyan.push.outbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
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
import im.hongyan.model.wire.Content;
import im.hongyan.model.wire.Reply;
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
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
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
  private static EmbeddedMongo mongo;
  private static MongoClient client;
  private static int databases;

  private final MutableClock clock = MutableClock.atNewYear();
  private final ContentBson contents = new ContentBson(JsonMapper.builder().build());
  private final FakeMessageStore messages = new FakeMessageStore(contents);
  private final Wire wire = new Wire();
  private PushStore database;
  private OutboxStore store;
  private OutboxPartition owner;
  private boolean storeFails;
  private long nextSeq = 1;

  @BeforeAll
  static void startStore() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    client = MongoClients.create(mongo.connectionString());
  }

  @AfterAll
  static void stopStore() {
    client.close();
    mongo.close();
  }

  @BeforeEach
  void open() {
    database = new PushStore(client.getDatabase("push" + databases++), Duration.ofSeconds(10));
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
    successor.handle(List.of(new ReceiverEvent.Unknown()));
    successor.tick();

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
    for (int minute = 0; minute < 30; minute++) {
      clock.advance(Duration.ofMinutes(1));
      owner.tick();
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
      owner.tick();
    }

    wire.connected = true;
    owner.tick();

    assertThat(wire.seqs(BOB)).containsExactly(1L, 2L);
    assertThat(count(new Document("status", 2))).isZero();
  }

  private OutboxPartition newOwner() {
    return new OutboxPartition(
        0,
        new OutboxPartition.Tools(
            store,
            messages,
            contents,
            new WireCodec(),
            Optional::of,
            wire,
            receiver -> {},
            new NoDeliveries(),
            new OutboxMetrics(new SimpleMeterRegistry()),
            clock,
            new OutboxProperties(
                100,
                Duration.ofSeconds(10),
                Duration.ofMinutes(5),
                5,
                100,
                1000,
                Duration.ofMinutes(10),
                1000,
                16,
                500)));
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
              return method.invoke(real, args);
            });
  }

  private Deliver message(UserId... receivers) {
    return deliver(List.of(receivers), List.of());
  }

  private Deliver leaving(UserId leaver) {
    return deliver(List.of(leaver), List.of(leaver));
  }

  private Deliver deliver(List<UserId> receivers, List<UserId> leavers) {
    long seq = nextSeq++;
    UserId sender = new UserId("sender");
    MessageId id = MessageId.of(sender, null, "c" + seq, SESSION);
    Content content = Content.ofText("text " + seq);
    long now = clock.millis();
    messages.insert(
        List.of(
            new NewMessage(
                id, SESSION, seq, sender, "c" + seq, content, null, 0, now, 0, List.of(), 0)));
    return new Deliver(id, SESSION, seq, sender, content, 0, now, receivers, leavers);
  }

  private long count(Document filter) {
    Long count = database.await(database.entries().countDocuments(filter));
    return count == null ? 0 : count;
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

  private static final class NoDeliveries implements Deliveries {
    @Override
    public int partitionOf(UserId receiver) {
      return 0;
    }

    @Override
    public CompletableFuture<@Nullable Void> publish(int partition, ReceiverEvent event) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<@Nullable Void> publishInOrder(List<Placed<ReceiverEvent>> events) {
      return CompletableFuture.completedFuture(null);
    }
  }
}
