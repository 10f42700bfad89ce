package im.hongyan.push.store;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ReadConcern;
import com.mongodb.ReadPreference;
import com.mongodb.WriteConcern;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.client.MongoCollection;
import com.mongodb.client.MongoDatabase;
import com.mongodb.client.MongoIterable;
import im.hongyan.model.HongyanException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.bson.Document;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The service's collections. What is written is on the disks of a majority before it counts, and
 * what is read cannot be taken back, whatever the connection string says: a broker message is
 * acknowledged because of either.
 *
 * <p>Blocking, with the driver that blocks: it is called from a partition's own thread or a virtual
 * one, and there each command costs no hand-over to another thread. Thread-safe.
 */
public final class PushStore {
  private static final Logger log = LoggerFactory.getLogger(PushStore.class);
  private static final int DUPLICATE_KEY = 11000;

  private final MongoCollection<Document> messages;
  private final MongoCollection<Document> entries;
  private final MongoCollection<Document> read;
  private final Counter unreadable;

  /**
   * A store on {@code database}.
   *
   * @param timeout for one command, with all it may have to wait for and to try again, and for a
   *     query up to its last answer
   */
  public PushStore(MongoDatabase database, Duration timeout, MeterRegistry meters) {
    MongoDatabase safe =
        database
            .withWriteConcern(WriteConcern.MAJORITY.withJournal(true))
            .withReadConcern(ReadConcern.MAJORITY)
            .withReadPreference(ReadPreference.primary())
            .withTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS);
    this.messages = safe.getCollection(PushIndexes.MESSAGES);
    this.entries = safe.getCollection(PushIndexes.ENTRIES);
    this.read = safe.getCollection(PushIndexes.READ);
    this.unreadable = meters.counter("hongyan.push.documents.unreadable");
  }

  /** The messages of sessions. */
  public MongoCollection<Document> messages() {
    return messages;
  }

  /** The entries of outboxes. */
  public MongoCollection<Document> entries() {
    return entries;
  }

  /** How far members have read. */
  public MongoCollection<Document> read() {
    return read;
  }

  /**
   * Carries out a command.
   *
   * @throws HongyanException UNAVAILABLE when the store does not answer in time, or is closed
   * @throws MongoException when the store refuses or the connection breaks
   */
  public <T> T answer(Supplier<T> command) {
    try {
      return command.get();
    } catch (MongoTimeoutException e) {
      throw HongyanException.unavailable("the message store does not answer", e);
    } catch (IllegalStateException e) {
      // The driver is closed.
      throw HongyanException.unavailable("the message store is closed", e);
    }
  }

  /** All answers of a query, in order; failures are those of {@link #answer}. */
  public List<Document> all(MongoIterable<Document> query) {
    return answer(() -> query.into(new ArrayList<>()));
  }

  /**
   * Counts and names a document that is not what this service writes: it is passed over, so that it
   * stands in nobody's way.
   */
  public void unreadable(Document document, RuntimeException why) {
    unreadable.increment();
    log.warn("Document {} cannot be read and is passed over: {}", document.get("_id"), why + "");
  }

  /**
   * Carries out a reading for each question, some of them side by side, on virtual threads; a
   * single one on the caller's own. When one fails the others are broken off.
   *
   * @param parallel how many at most at a time
   * @return the answers, in the order of the questions
   */
  public <Q, A> List<A> readEach(Collection<Q> questions, int parallel, Function<Q, A> read) {
    if (questions.size() <= 1) {
      return questions.stream().map(read).toList();
    }
    int readers = Math.min(parallel, questions.size());
    try (ExecutorService reading =
        Executors.newFixedThreadPool(readers, Thread.ofVirtual().name("read-", 0).factory())) {
      List<Future<A>> answers = new ArrayList<>(questions.size());
      for (Q question : questions) {
        answers.add(reading.submit(() -> read.apply(question)));
      }
      try {
        return inOrder(answers);
      } finally {
        reading.shutdownNow();
      }
    }
  }

  private static <A> List<A> inOrder(List<Future<A>> answers) {
    List<A> all = new ArrayList<>(answers.size());
    try {
      for (Future<A> answer : answers) {
        all.add(answer.get());
      }
      return all;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw HongyanException.unavailable("reading was interrupted", e);
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
      answer(() -> collection.insertMany(documents));
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
