package im.hongyan.push.message;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import com.mongodb.client.model.Updates;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.ErrorCode;
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

  @Test
  void anEditChangesWhatAMessageSaysAndAnOlderOneChangesNothing() {
    SessionId session = new SessionId("s");
    NewMessage message = message(session, 1);
    store.insert(List.of(message));
    MessageId first = MessageId.ofChange(message.id(), "r1");
    MessageId second = MessageId.ofChange(message.id(), "r2");

    store.edit(message.id(), first, 2, Content.ofText("bad"), Content.ofText("***"), 2_000);
    assertThat(text(message)).isEqualTo("***");
    store.edit(message.id(), second, 3, Content.ofText("good"), null, 3_000);
    store.edit(message.id(), second, 3, Content.ofText("good"), null, 3_000);
    store.edit(message.id(), first, 2, Content.ofText("bad"), Content.ofText("***"), 2_000);

    assertThat(text(message)).isEqualTo("good");
    assertThat(found(message).editedAt()).isEqualTo(3_000);
    assertThat(found(message).edits()).containsExactly(first, second);
    assertThat(found(message).cancelled()).isFalse();
    store.recall(List.of(message.id(), first));
    assertThat(found(message).cancelled()).isTrue();
  }

  @Test
  void reactionsAreKeptOncePerReaderAndAnOlderChangeTakesNothingBack() {
    SessionId session = new SessionId("s");
    NewMessage message = message(session, 1);
    store.insert(List.of(message));
    Reaction hers = new Reaction(ALICE, "\uD83D\uDC4D");
    Reaction his = new Reaction(new UserId("bob.b"), "\uD83D\uDC4D");

    store.react(message.id(), 2, hers, false);
    store.react(message.id(), 3, his, false);
    store.react(message.id(), 3, his, false);
    assertThat(found(message).reactions()).containsExactly(hers, his);
    store.react(message.id(), 4, hers, true);
    store.react(message.id(), 2, hers, false);

    assertThat(found(message).reactions()).containsExactly(his);
  }

  @Test
  void theLastDecisionsAboutAMessageAreKept() {
    NewMessage message = message(new SessionId("s"), 1);
    store.insert(List.of(message));
    for (int i = 0; i < 250; i++) {
      store.decided(message.id(), new Decision("r" + i, ErrorCode.CONFLICT));
    }

    assertThat(found(message).decisions())
        .hasSize(200)
        .startsWith(new Decision("r50", ErrorCode.CONFLICT))
        .endsWith(new Decision("r249", ErrorCode.CONFLICT));
  }

  @Test
  void aRejectedMessageIsKnownAsSuchAndKeepsWhatItSaid() {
    NewMessage rejected =
        new NewMessage(
            new MessageId("m1"),
            new SessionId("s"),
            1,
            ALICE,
            "c1",
            Content.ofText("bad"),
            Content.ofText("the verdict"),
            0,
            1_000,
            0,
            List.of(),
            0,
            "words: bad");
    store.insert(List.of(rejected));

    assertThat(found(rejected).rejected()).isTrue();
    assertThat(text(rejected)).isEqualTo("the verdict");
    Document stored = database.messages().find(new Document("_id", "m1")).first();
    assertThat(stored.get("content", Document.class).getString("text")).isEqualTo("bad");
    assertThat(stored.getString("rejected")).isEqualTo("words: bad");
  }

  private StoredMessage found(NewMessage message) {
    return store.find(List.of(message.id())).get(message.id());
  }

  private String text(NewMessage message) {
    return new ContentBson(JsonMapper.builder().build())
        .fromJson(found(message).content().utf8())
        .text();
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
