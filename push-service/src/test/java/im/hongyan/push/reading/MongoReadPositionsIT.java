package im.hongyan.push.reading;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.push.store.PushIndexes;
import im.hongyan.push.store.PushStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MongoReadPositionsIT {
  private static final SessionId CHAT = new SessionId("s1");
  private static final SessionId GROUP = new SessionId("s2");
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob.b");

  private EmbeddedMongo mongo;
  private MongoClient client;
  private PushStore database;
  private ReadPositions positions;

  @BeforeEach
  void open() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    client = MongoClients.create(mongo.connectionString());
    database =
        new PushStore(
            client.getDatabase("push"), Duration.ofSeconds(10), new SimpleMeterRegistry());
    PushIndexes.create(database);
    positions = new MongoReadPositions(database);
  }

  @AfterEach
  void close() {
    client.close();
    mongo.close();
  }

  @Test
  void positionsAreFoundBySessionAndByReader() {
    ReadPosition alice = new ReadPosition(CHAT, ALICE, 3, 1, 1_000);
    ReadPosition bob = new ReadPosition(CHAT, BOB, 5, 1, 2_000);
    ReadPosition inGroup = new ReadPosition(GROUP, BOB, 7, 1, 3_000);

    positions.advance(List.of(alice, bob, inGroup));

    assertThat(positions.of(CHAT)).containsExactlyInAnyOrder(alice, bob);
    assertThat(positions.of(BOB, List.of(CHAT, GROUP, new SessionId("s3"))))
        .isEqualTo(Map.of(CHAT, bob, GROUP, inGroup));
    assertThat(positions.of(BOB, List.of())).isEmpty();
  }

  @Test
  void whatHasMovedSinceIsFoundOldestFirst() {
    ReadPosition early = new ReadPosition(CHAT, BOB, 5, 1, 2_000);
    ReadPosition late = new ReadPosition(GROUP, BOB, 7, 1, 3_000);
    positions.advance(List.of(late, early, new ReadPosition(CHAT, ALICE, 5, 1, 4_000)));

    assertThat(positions.since(BOB, 0, 10)).containsExactly(early, late);
    assertThat(positions.since(BOB, 2_001, 10)).containsExactly(late);
    assertThat(positions.since(BOB, 3_000, 10)).containsExactly(late);
    assertThat(positions.since(BOB, 0, 1)).containsExactly(early);
  }

  @Test
  void aPositionNeverGoesBack() {
    positions.advance(List.of(new ReadPosition(CHAT, BOB, 5, 1, 2_000)));
    positions.advance(List.of(new ReadPosition(CHAT, BOB, 4, 1, 1_000)));
    positions.advance(List.of(new ReadPosition(CHAT, BOB, 5, 1, 2_000)));

    assertThat(positions.of(CHAT)).containsExactly(new ReadPosition(CHAT, BOB, 5, 1, 2_000));
  }

  @Test
  void whatCannotBeReadIsPassedOver() {
    positions.advance(List.of(new ReadPosition(CHAT, BOB, 5, 1, 2_000)));
    database.read().insertOne(new Document("_id", "odd").append("session", "s1").append("user", 1));

    assertThat(positions.of(CHAT)).hasSize(1);
  }
}
