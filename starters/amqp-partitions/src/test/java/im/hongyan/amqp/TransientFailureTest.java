package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.MongoCommandException;
import com.mongodb.MongoException;
import com.mongodb.MongoNotPrimaryException;
import com.mongodb.MongoSocketReadException;
import com.mongodb.MongoTimeoutException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import im.hongyan.model.HongyanException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.bson.BsonInvalidOperationException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.json.JsonMapper;

class TransientFailureTest {
  private static final ServerAddress SERVER = new ServerAddress("127.0.0.1");

  static Throwable[] thatPass() {
    MongoException labelled = new MongoException(1, "try again");
    labelled.addLabel("RetryableWriteError");
    return new Throwable[] {
      HongyanException.unavailable("down", null),
      new IOException("reset"),
      new UncheckedIOException(new IOException("reset")),
      new CompletionException(new TimeoutException("late")),
      new IllegalStateException("wrapped", new MongoSocketReadException("reset", SERVER)),
      new MongoTimeoutException("no server"),
      new MongoNotPrimaryException(new BsonDocument(), SERVER),
      command("{ok: 0, code: 13, errmsg: 'not authorized'}"),
      command("{ok: 0, code: 14031, errmsg: 'the disk is full'}"),
      labelled,
      bulkWrite(null, 11600),
      bulkWrite(null, 91, 189),
      bulkWrite(64),
      bulkWrite(64, 11000),
      new OutOfMemoryError("full"),
    };
  }

  static Throwable[] thatComeAgain() {
    return new Throwable[] {
      HongyanException.badRequest("no"),
      HongyanException.notFound("no"),
      new IllegalStateException("bug"),
      new UnsupportedOperationException("bug"),
      command("{ok: 0, code: 2, errmsg: 'BadValue'}"),
      new BsonInvalidOperationException("not a string"),
      bulkWrite(null, 11000),
      bulkWrite(null, 11600, 2),
      bulkWrite(null),
      unreadable(),
      new CompletionException(unreadable()),
      new StackOverflowError(),
      new NoClassDefFoundError("gone"),
    };
  }

  private static MongoCommandException command(String answer) {
    return new MongoCommandException(BsonDocument.parse(answer), SERVER);
  }

  private static MongoBulkWriteException bulkWrite(
      @Nullable Integer writeConcernCode, int... codes) {
    BsonDocument details = new BsonDocument();
    return new MongoBulkWriteException(
        BulkWriteResult.unacknowledged(),
        IntStream.range(0, codes.length)
            .mapToObj(i -> new BulkWriteError(codes[i], "refused", details, i))
            .toList(),
        writeConcernCode == null
            ? null
            : new WriteConcernError(writeConcernCode, "WriteConcernFailed", "not yet", details),
        SERVER,
        Set.of());
  }

  private static RuntimeException unreadable() {
    try {
      new JsonMapper().readTree("{");
      throw new AssertionError("readable");
    } catch (RuntimeException e) {
      return e;
    }
  }

  @ParameterizedTest
  @MethodSource("thatPass")
  void isTriedAgainUntilItPasses(Throwable failure) {
    assertThat(TransientFailure.standard().isTransient(failure)).isTrue();
  }

  @ParameterizedTest
  @MethodSource("thatComeAgain")
  void isTriedAFewTimesOnly(Throwable failure) {
    assertThat(TransientFailure.standard().isTransient(failure)).isFalse();
  }
}
