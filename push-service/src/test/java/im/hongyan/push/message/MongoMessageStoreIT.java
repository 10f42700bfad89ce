package im.hongyan.push.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Updates;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.MessageId;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.Content;
import im.hongyan.push.store.PushIndexes;
import im.hongyan.push.store.PushStore;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.bson.Document;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

class MongoMessageStoreIT {
  private static final UserId ALICE = new UserId("alice");

  private EmbeddedMongo mongo;
  private MongoClient client;
  private PushStore database;
  private MessageStore store;

  @BeforeEach
  void open() {
    mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
    client = MongoClients.create(mongo.connectionString());
    database =
        new PushStore(
            client.getDatabase("push"), Duration.ofSeconds(10), new SimpleMeterRegistry());
    PushIndexes.create(database);
    store = new MongoMessageStore(database, new ContentBson(JsonMapper.builder().build()));
  }

  @AfterEach
  void close() {
    client.close();
    mongo.close();
  }

  @Test
  void theLastOfManySessionsAreFoundTogether() {
    List<SessionId> sessions =
        IntStream.range(0, 50).mapToObj(i -> new SessionId("s" + i)).toList();
    for (SessionId session : sessions) {
      store.insert(List.of(message(session, 1), message(session, 2)));
    }

    assertThat(store.last(sessions)).hasSize(50);
    assertThat(store.last(sessions).values()).allMatch(message -> message.seq() == 2);
  }

  @Test
  void historyPassesOverWhatCannotBeReadAndPlacesAreNotCountedFromIt() {
    SessionId session = new SessionId("s");
    NewMessage unreadable = message(session, 2);
    store.insert(List.of(message(session, 1), unreadable));
    database
        .messages()
        .updateOne(new Document("_id", unreadable.id().value()), Updates.unset("createdAt"));

    assertThat(store.following(session, 0, 10)).extracting(StoredMessage::seq).containsExactly(1L);
    assertThat(store.preceding(session, 9, 10)).extracting(StoredMessage::seq).containsExactly(1L);
    assertThat(store.find(List.of(unreadable.id()))).isEmpty();
    assertThatThrownBy(() -> store.last(List.of(session))).isInstanceOf(RuntimeException.class);
  }

  private static NewMessage message(SessionId session, long seq) {
    String name = "c" + seq;
    return new NewMessage(
        MessageId.of(ALICE, null, name, session),
        session,
        seq,
        ALICE,
        name,
        Content.ofText(name),
        null,
        0,
        1_000,
        0,
        List.of(),
        0,
        null);
  }
}
