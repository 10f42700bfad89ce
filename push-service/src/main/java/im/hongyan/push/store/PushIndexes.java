package im.hongyan.push.store;

import com.mongodb.client.model.IndexModel;
import com.mongodb.client.model.IndexOptions;
import com.mongodb.client.model.Indexes;
import java.util.List;

/**
 * All indexes of the service. The unique ones are the fence against an owner of a partition who
 * does not know yet that he has lost it.
 */
public final class PushIndexes {
  static final String MESSAGES = "messagerecv";
  static final String ENTRIES = "messagesend";
  static final String READ = "messageread";

  private static final List<IndexModel> OF_MESSAGES =
      List.of(
          // The order of a session; history and the last place read it as well.
          new IndexModel(Indexes.ascending("session", "seq"), new IndexOptions().unique(true)));

  private static final List<IndexModel> OF_ENTRIES =
      List.of(
          // The order of an outbox, and its last place.
          new IndexModel(Indexes.ascending("receiver", "seq"), new IndexOptions().unique(true)),
          // The backlog of a receiver; status first, so that all who have one can be found too.
          new IndexModel(Indexes.ascending("status", "receiver", "seq")),
          // All entries of a message, for its recall.
          new IndexModel(Indexes.ascending("recvId")),
          // What has expired and nobody has noticed; only entries that are open have the field.
          new IndexModel(Indexes.ascending("expiresAt")));

  private static final List<IndexModel> OF_READ =
      List.of(
          // How far all members of a session have read.
          new IndexModel(Indexes.ascending("session", "user"), new IndexOptions().unique(true)),
          // What of a user's has moved since his device was there.
          new IndexModel(Indexes.ascending("user", "updatedAt")));

  private PushIndexes() {}

  /** Creates those that are missing; may be called any number of times. */
  public static void create(PushStore store) {
    store.answer(() -> store.messages().createIndexes(OF_MESSAGES));
    store.answer(() -> store.entries().createIndexes(OF_ENTRIES));
    store.answer(() -> store.read().createIndexes(OF_READ));
  }
}
