package im.hongyan.push.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.mongodb.MongoBulkWriteException;
import com.mongodb.ServerAddress;
import com.mongodb.bulk.BulkWriteError;
import com.mongodb.bulk.BulkWriteResult;
import com.mongodb.bulk.WriteConcernError;
import com.mongodb.client.MongoClient;
import com.mongodb.client.MongoClients;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.bson.BsonDocument;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

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

  @Test
  void aStoreThatDoesNotAnswerInTimeIsUnavailable() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        MongoClient client =
            MongoClients.create("mongodb://127.0.0.1:" + silent.getLocalPort() + "/none")) {
      PushStore store =
          new PushStore(
              client.getDatabase("none"), Duration.ofMillis(200), new SimpleMeterRegistry());

      assertThatThrownBy(() -> store.all(store.entries().find()))
          .isInstanceOfSatisfying(
              HongyanException.class,
              failure -> assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE));
    }
  }

  @Test
  void readingsAreAnsweredInTheOrderOfTheQuestionsAndNoMoreAtATimeThanAllowed() {
    AtomicInteger running = new AtomicInteger();
    AtomicInteger most = new AtomicInteger();
    List<Integer> questions = IntStream.range(0, 100).boxed().toList();

    List<Integer> answers =
        anyStore()
            .readEach(
                questions,
                3,
                question -> {
                  most.accumulateAndGet(running.incrementAndGet(), Math::max);
                  Thread.yield();
                  running.decrementAndGet();
                  return question * 2;
                });

    assertThat(answers).isEqualTo(questions.stream().map(question -> question * 2).toList());
    assertThat(most).hasValueLessThanOrEqualTo(3);
  }

  @Test
  @Timeout(60)
  void whenOneReadingFailsTheOthersAreBrokenOff() {
    CountDownLatch never = new CountDownLatch(1);

    assertThatThrownBy(
            () ->
                anyStore()
                    .readEach(
                        IntStream.range(0, 1_000).boxed().toList(),
                        2,
                        question -> {
                          if (question == 0) {
                            throw HongyanException.unavailable("down", null);
                          }
                          return waitFor(never);
                        }))
        .isInstanceOf(HongyanException.class);
  }

  private static boolean waitFor(CountDownLatch never) {
    try {
      return never.await(1, TimeUnit.HOURS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Nothing is asked of it. */
  private static PushStore anyStore() {
    try (MongoClient client = MongoClients.create("mongodb://127.0.0.1:1/none")) {
      return new PushStore(
          client.getDatabase("none"), Duration.ofSeconds(1), new SimpleMeterRegistry());
    }
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
