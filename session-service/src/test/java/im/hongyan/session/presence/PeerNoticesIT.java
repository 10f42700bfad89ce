package im.hongyan.session.presence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import im.hongyan.amqp.Partitioner;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.PresenceEvent;
import im.hongyan.model.event.PresenceEvent.StatusChanged;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.wire.ServerMessage.StatusNotice;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.UserStatus;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.store.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class PeerNoticesIT {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");
  private static final UserId CAROL = new UserId("carol");
  private static final UserId DAVE = new UserId("dave");

  private final Map<UserId, UserStatus> statuses = new HashMap<>();
  private final List<Set<UserId>> questions = new ArrayList<>();
  private final List<String> told = new ArrayList<>();
  private boolean streamDown;
  private EmbeddedMongo mongo;
  private MongoClient client;
  private SessionStore store;
  private PeerNotices notices;

  @BeforeEach
  void open() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    client = MongoClients.create(mongo.connectionString());
    store = new SessionStore(client.getDatabase("peers"), Duration.ofSeconds(10));
    store.createIndexes();
    notices =
        new PeerNotices(
            store,
            users -> {
              questions.add(users);
              return statuses;
            },
            new Stream(),
            new Partitioner(4));
    for (UserId user : List.of(ALICE, BOB, CAROL)) {
      statuses.put(user, UserStatus.ONLINE);
    }
  }

  @AfterEach
  void close() {
    client.close();
    mongo.close();
  }

  @Test
  void peersOfSingleSessionsWhoAreThereAreTold() throws Exception {
    chat(ALICE, BOB);
    chat(CAROL, ALICE);
    chat(ALICE, DAVE);
    store.insert(
        Conversation.create(
            new SessionId("sGroup"),
            SessionKind.GROUP,
            ALICE,
            List.of(new UserId("erin")),
            null,
            1));

    notices.handle(0, List.of(new StatusChanged(ALICE, UserStatus.BUSY)));

    assertThat(told).containsExactlyInAnyOrder("bob: alice busy", "carol: alice busy");
  }

  @Test
  void ofABatchTheLastStateCountsAndAllTogetherCostOneQuestion() throws Exception {
    chat(ALICE, BOB);
    chat(CAROL, BOB);

    notices.handle(
        0,
        List.of(
            new StatusChanged(ALICE, UserStatus.ONLINE),
            new StatusChanged(CAROL, UserStatus.ONLINE),
            new PresenceEvent.Unknown(),
            new StatusChanged(ALICE, UserStatus.OFFLINE)));

    assertThat(told).containsExactlyInAnyOrder("bob: alice offline", "bob: carol online");
    assertThat(questions).hasSize(1);
  }

  @Test
  void whatWasToldIsNotToldAgainUnlessAnotherMayHaveToldSomethingSince() throws Exception {
    chat(ALICE, BOB);
    List<PresenceEvent> online = List.of(new StatusChanged(ALICE, UserStatus.ONLINE));
    notices.handle(0, online);
    notices.handle(0, online);
    assertThat(told).hasSize(1);

    notices.reset(0);
    notices.handle(0, online);

    assertThat(told).hasSize(2);
  }

  @Test
  void whatCouldNotBeToldIsToldWhenItComesAgain() throws Exception {
    chat(ALICE, BOB);
    List<PresenceEvent> online = List.of(new StatusChanged(ALICE, UserStatus.ONLINE));
    streamDown = true;
    assertThatThrownBy(() -> notices.handle(0, online)).hasMessageContaining("down");
    streamDown = false;

    notices.handle(0, online);

    assertThat(told).containsExactly("bob: alice online");
  }

  private void chat(UserId one, UserId other) {
    store.insert(
        Conversation.create(
            SessionId.ofPair(one, other), SessionKind.SINGLE, one, List.of(other), null, 1));
  }

  private final class Stream implements StreamPublisher<ReceiverEvent> {
    @Override
    public CompletableFuture<Void> publish(String key, ReceiverEvent event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> publishTo(int partition, ReceiverEvent event) {
      throw new UnsupportedOperationException();
    }

    @Override
    public CompletableFuture<Void> publishInOrder(List<Placed<ReceiverEvent>> events) {
      if (streamDown) {
        return CompletableFuture.failedFuture(new IllegalStateException("down"));
      }
      for (Placed<ReceiverEvent> placed : events) {
        Notified notified = (Notified) placed.event();
        StatusNotice notice = (StatusNotice) notified.message();
        for (UserId receiver : notified.receivers()) {
          assertThat(placed.partition())
              .isEqualTo(new Partitioner(4).partitionOf(receiver.value()));
          told.add(receiver + ": " + notice.user() + " " + notice.status().wireName());
        }
      }
      return CompletableFuture.completedFuture(null);
    }
  }
}
