package im.hongyan.push.store;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.reactivestreams.client.MongoCollection;
import com.mongodb.reactivestreams.client.MongoDatabase;
import im.hongyan.model.HongyanException;
import java.time.Duration;
import java.util.List;
import java.util.OptionalInt;
import org.bson.Document;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.Publisher;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;

/**
 * The service's two collections. What is written is on the disks of a majority before it counts,
 * and what is read cannot be taken back, whatever the connection string says: a broker message is
 * acknowledged because of either.
 *
 * <p>Its waiting methods block: they are called from a partition's own thread or a virtual one.
 * Thread-safe.
 */
public final class PushStore {
  private static final int DUPLICATE_KEY = 11000;

  private final MongoCollection<Document> messages;
  private final MongoCollection<Document> entries;
  private final Duration timeout;

  /** A store on {@code database}; no command may take longer than {@code timeout}. */
  public PushStore(MongoDatabase database, Duration timeout) {
    MongoDatabase safe =
        database
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
            .withReadConcern(ReadConcern.MAJORITY)
            .withReadPreference(ReadPreference.primary());
    this.messages = safe.getCollection(PushIndexes.MESSAGES);
    this.entries = safe.getCollection(PushIndexes.ENTRIES);
    this.timeout = timeout;
  }

  /** The messages of sessions. */
  public MongoCollection<Document> messages() {
    return messages;
  }

  /** The entries of outboxes. */
  public MongoCollection<Document> entries() {
    return entries;
  }

  /**
   * Waits for the one answer of a command.
   *
   * @throws HongyanException UNAVAILABLE when the store does not answer in time or cannot be
   *     reached
   * @throws MongoException when the store refuses
   */
  public <T> @Nullable T await(Publisher<T> command) {
    return waitFor(Mono.from(command));
  }

  /** Waits for all answers of a query, in order; failures are those of {@link #await}. */
  public <T> List<T> all(Publisher<T> query) {
    List<T> found = waitFor(Flux.from(query).collectList());
    return found == null ? List.of() : found;
  }

  private <T> @Nullable T waitFor(Mono<T> answer) {
    try {
      return answer.block(timeout);
    } catch (IllegalStateException e) {
      // What Reactor throws when time is up, and the driver when it is closed.
      throw HongyanException.unavailable("the message store does not answer", e);
    }
  }

  /**
   * Inserts in order and stops at the first one whose key is taken.
   *
   * @return the place of that one in the list, empty when all are stored
   */
  public OptionalInt insertUntilTaken(
      MongoCollection<Document> collection, List<Document> documents) {
    try {
      await(collection.insertMany(documents));
      return OptionalInt.empty();
    } catch (MongoBulkWriteException e) {
      OptionalInt taken = taken(e);
      if (taken.isEmpty()) {
        throw e;
      }
      return taken;
    }
  }

  /**
   * The place of the document whose key was taken, where that is all that happened: what stands
   * before it is not stored if a majority has not got it.
   */
  static OptionalInt taken(MongoBulkWriteException failure) {
    List<BulkWriteError> errors = failure.getWriteErrors();
    return failure.getWriteConcernError() == null
            && errors.size() == 1
            && errors.getFirst().getCode() == DUPLICATE_KEY
        ? OptionalInt.of(errors.getFirst().getIndex())
        : OptionalInt.empty();
  }
}
