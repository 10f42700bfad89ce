package im.hongyan.push.store;

import static org.assertj.core.api.Assertions.assertThat;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import java.util.List;
import java.util.Set;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class PushStoreTest {
  private static final int DUPLICATE_KEY = 11000;
  private static final int INTERRUPTED_AT_SHUTDOWN = 11600;

  @Test
  void aTakenKeyIsToldWithItsPlace() {
    assertThat(PushStore.taken(failure(DUPLICATE_KEY, 7, null))).hasValue(7);
  }

  @Test
  void whatStandsBeforeATakenKeyIsNotStoredUntilAMajorityHasIt() {
    WriteConcernError notYet =
        new WriteConcernError(64, "WriteConcernFailed", "not yet", new BsonDocument());

    assertThat(PushStore.taken(failure(DUPLICATE_KEY, 7, notYet))).isEmpty();
  }

  @Test
  void anyOtherErrorIsNoTakenKey() {
    assertThat(PushStore.taken(failure(INTERRUPTED_AT_SHUTDOWN, 7, null))).isEmpty();
  }

  private static MongoBulkWriteException failure(
      int code, int place, @Nullable WriteConcernError writeConcern) {
    return new MongoBulkWriteException(
        BulkWriteResult.unacknowledged(),
        List.of(new BulkWriteError(code, "refused", new BsonDocument(), place)),
        writeConcern,
        new ServerAddress("127.0.0.1"),
        Set.of());
  }
}
