package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.amqp.Streams.Letter;
import im.hongyan.model.HongyanException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.util.unit.DataSize;

/** A publisher whose broker refuses, vanishes or has no room; one event a message. */
@Timeout(30)
class ConfirmedPublisherTest {
  private final FakeBroker broker = new FakeBroker("4.1.0");
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
  private ConfirmedPublisher<Letter> publisher = publisher(2, 10_000);

  @AfterEach
  void close() {
    broker.goDown();
    publisher.close();
  }

  private ConfirmedPublisher<Letter> publisher(int messagesInFlight, int inFlight) {
    return publisher(messagesInFlight, inFlight, Duration.ofSeconds(10));
  }

  private ConfirmedPublisher<Letter> publisher(
      int messagesInFlight, int inFlight, Duration confirmTimeout) {
    AmqpProperties properties =
        new AmqpProperties(
            2,
            true,
            inFlight,
            DataSize.ofMegabytes(32),
            messagesInFlight,
            1,
            DataSize.ofKilobytes(64),
            confirmTimeout,
            32,
            Duration.ofMillis(50),
            500,
            DataSize.ofMegabytes(1),
            Duration.ofMillis(50),
            Duration.ofMillis(20),
            Duration.ofMillis(100),
            3,
            Duration.ofSeconds(2));
    return new ConfirmedPublisher<>(
        "letters",
        Streams.CODEC,
        properties,
        new StreamTopology(2, true),
        new AmqpLink(broker, List.of(), "test"),
        Clock.systemUTC(),
        new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0),
        StreamMetrics.of(meters, "letters"));
  }

  private void use(ConfirmedPublisher<Letter> other) {
    await().until(publisher::isUp);
    await().until(other::isUp);
    publisher.close();
    publisher = other;
  }

  private static Letter letter(int number) {
    return new Letter("a", number, "hi");
  }

  private static List<Placed<Letter>> group(int... numbers) {
    return IntStream.of(numbers).mapToObj(number -> new Placed<>(0, letter(number))).toList();
  }

  private void awaitSent(Integer... numbers) {
    await().untilAsserted(() -> assertThat(broker.sent).containsExactly(numbers));
  }

  private static void assertUnavailable(CompletableFuture<?> published) {
    assertThatThrownBy(() -> published.get(10, TimeUnit.SECONDS))
        .hasCauseInstanceOf(HongyanException.class);
  }

  @Test
  void aGroupIsDoneOnceAllItsEventsAreConfirmed() throws Exception {
    CompletableFuture<Void> done = publisher.publishInOrder(group(1, 2));
    awaitSent(1);
    broker.confirm(1);
    awaitSent(1, 2);
    assertThat(done).isNotDone();
    broker.confirm(2);
    done.get(10, TimeUnit.SECONDS);
  }

  @Test
  void anEventThatTheBrokerRefusesIsSentAgainBeforeWhatIsBehindIt() throws Exception {
    CompletableFuture<Void> group = publisher.publishInOrder(group(1, 2));
    awaitSent(1);
    CompletableFuture<Void> behind = publisher.publishTo(0, letter(3));
    broker.refuse(1);
    awaitSent(1, 1);
    broker.confirm(1);
    awaitSent(1, 1, 2, 3);
    broker.confirm(2);
    broker.confirm(3);
    group.get(10, TimeUnit.SECONDS);
    behind.get(10, TimeUnit.SECONDS);
  }

  @Test
  void aBrokenConnectionIsNoFailureAndNothingPassesWhatItLost() throws Exception {
    List<CompletableFuture<Void>> published = new ArrayList<>();
    published.add(publisher.publishTo(0, letter(1)));
    published.add(publisher.publishTo(0, letter(2)));
    awaitSent(1, 2);
    broker.breakConnection();
    published.add(publisher.publishTo(0, letter(3)));
    awaitSent(1, 2, 1, 2);
    broker.confirm(1);
    awaitSent(1, 2, 1, 2, 3);
    broker.confirm(2);
    broker.confirm(3);
    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    assertThat(meters.counter("hongyan.stream.failed", "stream", "letters").count()).isZero();
  }

  @Test
  void anUnroutableEventIsSentAgainOnceTheStreamIsDeclaredAgain() throws Exception {
    CompletableFuture<Void> unroutable = publisher.publishTo(0, letter(1));
    awaitSent(1);
    broker.queues.clear();
    broker.takeBack(1);
    awaitSent(1, 1);
    assertThat(broker.queues).containsKey("letters.0");
    broker.confirm(1);
    unroutable.get(10, TimeUnit.SECONDS);
  }

  @Test
  void whileOnePartitionIsStuckTheOthersKeepTheirChannel() throws Exception {
    use(publisher(1, 10_000, Duration.ofMillis(300)));
    int channels = broker.channelsOpened();
    CompletableFuture<Void> stuck = publisher.publishTo(0, letter(1));
    awaitSent(1);
    CompletableFuture<Void> elsewhere = publisher.publishTo(1, letter(2));
    awaitSent(1, 2);
    broker.confirm(2);
    elsewhere.get(10, TimeUnit.SECONDS);
    assertUnavailable(stuck);

    var unused = publisher.publishTo(1, letter(3));
    awaitSent(1, 2, 3);
    assertThat(broker.channelsOpened()).isEqualTo(channels);
  }

  @Test
  void aBrokerThatAnswersNothingIsGivenUp() {
    use(publisher(1, 10_000, Duration.ofMillis(300)));
    int channels = broker.channelsOpened();
    assertUnavailable(publisher.publishTo(0, letter(1)));
    await().untilAsserted(() -> assertThat(broker.channelsOpened()).isEqualTo(channels + 1));
  }

  @Test
  void aGroupIsAdmittedAsAWholeHoweverMuchWaits() throws Exception {
    use(publisher(2, 1));
    CompletableFuture<Void> waiting = publisher.publishTo(0, letter(1));
    awaitSent(1);
    assertUnavailable(publisher.publishTo(0, letter(2)));

    CompletableFuture<Void> done = publisher.publishInOrder(group(3, 4));
    broker.confirm(1);
    waiting.get(10, TimeUnit.SECONDS);
    awaitSent(1, 3);
    broker.confirm(3);
    awaitSent(1, 3, 4);
    broker.confirm(4);
    done.get(10, TimeUnit.SECONDS);
  }

  @Test
  void anErrorFailsWhatWasUnderWayAndThePublisherGoesOn() throws Exception {
    await().until(publisher::isUp);
    broker.nextFailure.set(new NoClassDefFoundError("gone"));
    assertUnavailable(publisher.publishTo(0, letter(1)));
    assertThat(meters.counter("hongyan.stream.crashes", "stream", "letters").count()).isOne();

    CompletableFuture<Void> later = publisher.publishTo(0, letter(2));
    awaitSent(2);
    broker.confirm(2);
    later.get(10, TimeUnit.SECONDS);
    assertThat(publisher.isUp()).isTrue();
  }

  @Test
  void whatIsPublishedWhileThePublisherClosesHasAnOutcome() throws Exception {
    broker.goDown();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int round = 0; round < 100; round++) {
        ConfirmedPublisher<Letter> closing = publisher(1, 10_000);
        CyclicBarrier together = new CyclicBarrier(2);
        List<CompletableFuture<Void>> published = new ArrayList<>();
        var publishing =
            threads.submit(
                () -> {
                  together.await();
                  for (int i = 0; i < 200; i++) {
                    published.add(closing.publishTo(0, letter(i)));
                  }
                  return null;
                });
        together.await();
        closing.close();
        publishing.get(10, TimeUnit.SECONDS);
        for (CompletableFuture<Void> each : published) {
          assertUnavailable(each);
        }
      }
    }
  }
}
