package im.hongyan.session.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.ConnectionString;
import com.mongodb.MongoClientSettings;
import com.mongodb.WriteConcern;
import com.mongodb.event.CommandListener;
import com.mongodb.event.CommandStartedEvent;
import com.mongodb.reactivestreams.client.MongoClient;
import com.mongodb.reactivestreams.client.MongoClients;
import im.hongyan.embedded.mongo.EmbeddedMongo;
import im.hongyan.embedded.mongo.EmbeddedMongoOptions;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.session.conversation.Conversation;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.bson.BsonDocument;
import org.junit.jupiter.api.Test;

class SessionStoreIT {
  private static final BsonDocument KEPT = BsonDocument.parse("{w: 'majority', j: true}");
  private static final BsonDocument OF_MAJORITY = BsonDocument.parse("{level: 'majority'}");

  private final List<BsonDocument> commands = new CopyOnWriteArrayList<>();

  @Test
  void whateverTheUriSaysMembersAreReadAndWrittenByMajority() {
    try (EmbeddedMongo mongo = EmbeddedMongo.start(EmbeddedMongoOptions.inMemory());
        MongoClient client = MongoClients.create(recorded(mongo))) {
      SessionStore store = new SessionStore(client.getDatabase("store"), Duration.ofSeconds(10));
      SessionId id = new SessionId("s");
      UserId alice = new UserId("alice");

      store.insert(
          Conversation.create(id, SessionKind.GROUP, alice, List.of(new UserId("bob")), null, 1));
      store.told(id, 1);
      store.find(id);
      store.list(alice, null, 10);
    }

    assertThat(of("insert")).extracting(one -> one.get("writeConcern")).containsExactly(KEPT);
    assertThat(of("update")).isNotEmpty().allMatch(one -> KEPT.equals(one.get("writeConcern")));
    assertThat(of("find")).hasSize(2).allMatch(one -> OF_MAJORITY.equals(one.get("readConcern")));
  }

  private MongoClientSettings recorded(EmbeddedMongo mongo) {
    return MongoClientSettings.builder()
        .applyConnectionString(new ConnectionString(mongo.connectionString()))
        .writeConcern(WriteConcern.W1)
        .addCommandListener(
            new CommandListener() {
              @Override
              public void commandStarted(CommandStartedEvent event) {
                commands.add(event.getCommand().clone());
              }
            })
        .build();
  }

  private List<BsonDocument> of(String command) {
    return commands.stream().filter(one -> one.containsKey(command)).toList();
  }
}
