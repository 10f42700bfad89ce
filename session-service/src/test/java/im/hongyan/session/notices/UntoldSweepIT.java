package im.hongyan.session.notices;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.store.SessionStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UntoldSweepIT {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);

  private final EmbeddedMongo mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
  private final MongoClient client = MongoClients.create(mongo.connectionString());
  private final SessionStore store = new SessionStore(client.getDatabase("sweep"), TIMEOUT);
  private final List<SessionId> told = new ArrayList<>();
  private final List<SessionId> tried = new ArrayList<>();
  private Set<SessionId> failing = Set.of();
  private Set<SessionId> unavailable = Set.of();
  private boolean brokerDown;
  private final UntoldSweep sweep =
      new UntoldSweep(
          store,
          new Teller(
              store,
              change -> {
                tried.add(change.session());
                if (brokerDown || unavailable.contains(change.session())) {
                  throw HongyanException.unavailable("down", null);
                }
                if (failing.contains(change.session())) {
                  throw new IllegalStateException("a defect");
                }
                told.add(change.session());
              },
              TIMEOUT),
          new Random(1));

  @BeforeEach
  void createIndexes() {
    store.createIndexes();
  }

  @AfterEach
  void stop() {
    client.close();
    mongo.close();
  }

  @Test
  void aSessionThatCannotBeToldHoldsUpNoOther() {
    failing = Set.of(create("s0"), create("s1"));
    SessionId behind = create("s2");

    sweep.sweep();

    assertThat(told).containsExactly(behind);
    failing = Set.of();
    sweep.sweep();
    assertThat(told).containsExactlyInAnyOrder(behind, new SessionId("s0"), new SessionId("s1"));
  }

  @Test
  void aBrokerThatIsDownIsNotTriedForEverySession() {
    for (int i = 0; i < 20; i++) {
      create("s" + i);
    }
    brokerDown = true;

    sweep.sweep();

    assertThat(tried).hasSize(5);
    brokerDown = false;
    sweep.sweep();
    assertThat(told).hasSize(20);
  }

  @Test
  void sessionsOfAPartitionThatIsDownDoNotHoldUpTheOthersForEver() {
    for (int i = 0; i < 10; i++) {
      create("s" + i);
    }
    unavailable =
        Set.of(
            new SessionId("s0"),
            new SessionId("s1"),
            new SessionId("s2"),
            new SessionId("s3"),
            new SessionId("s4"));

    for (int i = 0; i < 20; i++) {
      sweep.sweep();
    }

    assertThat(told).hasSize(5);
  }

  private SessionId create(String name) {
    SessionId id = new SessionId(name);
    store.insert(
        Conversation.create(
            id, SessionKind.GROUP, new UserId("alice"), List.of(new UserId("bob")), null, 1));
    return id;
  }
}
