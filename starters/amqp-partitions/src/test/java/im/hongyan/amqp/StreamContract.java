package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.rabbitmq.client.GetResponse;
import com.rabbitmq.client.MessageProperties;
import im.hongyan.amqp.Streams.Letter;
import im.hongyan.embedded.amqp.EmbeddedAmqp;
import im.hongyan.embedded.amqp.EmbeddedAmqpOptions;
import im.hongyan.model.ErrorCode;
import im.hongyan.model.HongyanException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What streams promise, whatever broker is below. */
@Timeout(90)
abstract class StreamContract {
  /** The broker under test; set by each broker's own test class. */
  protected static URI uri;

  /** Whether what one consumer has not acknowledged comes to the next before anything later. */
  protected boolean handsOverInOrder() {
    return true;
  }

  @TempDir Path folder;
  private String stream;
  private Streams streams;

  @BeforeEach
  void connect(TestInfo test) throws Exception {
    stream = test.getTestMethod().orElseThrow().getName();
    streams = new Streams(uri, Streams.properties(2));
    deleteQueue(StreamTopology.DEAD_QUEUE);
    streams.factory.start();
  }

  @AfterEach
  void disconnect() throws Exception {
    streams.close();
    deleteQueue(stream + ".0");
    deleteQueue(stream + ".1");
    deleteQueue(stream + ".2");
    deleteQueue(stream + ".3");
  }

  private void deleteQueue(String queue) {
    try {
      streams.operator(channel -> channel.queueDelete(queue));
    } catch (Exception e) {
      // It was not there, which brokers answer differently.
    }
  }

  /** Remembers what it was given, by sender. */
  private static class Reader implements PartitionHandler<Letter> {
    final Map<String, List<Integer>> numbers = new ConcurrentHashMap<>();
    final AtomicInteger read = new AtomicInteger();
    final AtomicInteger largest = new AtomicInteger();
    final AtomicInteger resets = new AtomicInteger();
    final AtomicInteger ticks = new AtomicInteger();

    @Override
    public void handle(int partition, List<Letter> letters) throws Exception {
      largest.accumulateAndGet(letters.size(), Math::max);
      for (Letter letter : letters) {
        numbers
            .computeIfAbsent(letter.from(), from -> new CopyOnWriteArrayList<>())
            .add(letter.number());
      }
      read.addAndGet(letters.size());
    }

    @Override
    public void reset(int partition) {
      resets.incrementAndGet();
    }

    @Override
    public void tick(int partition, long heardUpTo) {
      ticks.incrementAndGet();
    }

    List<Integer> of(String from) {
      return numbers.getOrDefault(from, List.of());
    }

    /** Without what was given again: the first time of each. */
    List<Integer> firstsOf(String from) {
      return of(from).stream().distinct().toList();
    }
  }

  @Test
  void eventsOfAKeyArriveInTheOrderOfTheCallsWhoeverElsePublishes() throws Exception {
    Reader reader = new Reader();
    streams.factory.consumer(stream, Streams.CODEC, reader);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    List<CompletableFuture<Void>> published = Collections.synchronizedList(new ArrayList<>());
    try (var senders = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int s = 0; s < 8; s++) {
        String from = "sender-" + s;
        senders.execute(
            () -> {
              for (int i = 0; i < 1_000; i++) {
                published.add(publisher.publish(from, new Letter(from, i, "hi")));
              }
            });
      }
    }
    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(30, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> reader.read.get() == 8_000);

    for (int s = 0; s < 8; s++) {
      assertThat(reader.of("sender-" + s)).containsExactlyElementsOf(numbers(1_000));
    }
    assertThat(reader.largest.get()).isGreaterThan(1);
    assertThat(streams.count("confirmed")).isEqualTo(8_000);
  }

  @Test
  void whatHasBeenHandledIsGoneAndTheRestComesAgain() throws Exception {
    // Proves that acknowledging several messages at once takes those and no others.
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    for (int i = 0; i < 10; i++) {
      publisher.publishTo(0, new Letter("a", i, "hi")).get(10, TimeUnit.SECONDS);
    }
    streams.operator(
        channel -> {
          List<Long> tags = new CopyOnWriteArrayList<>();
          channel.basicQos(32);
          channel.basicConsume(
              stream + ".0",
              false,
              (tag, delivery) -> tags.add(delivery.getEnvelope().getDeliveryTag()),
              tag -> {});
          await().until(() -> tags.size() == 10);
          channel.basicAck(tags.get(5), true);
          return null;
        });

    Reader reader = new Reader();
    streams.factory.consumer(stream, Streams.CODEC, reader);
    await().until(() -> reader.read.get() >= 4);
    assertThat(reader.of("a")).containsExactly(6, 7, 8, 9);
  }

  @Test
  void acknowledgementsThatWaitForCompanyNeitherStarveThePartitionNorAreForgottenAtItsStop()
      throws Exception {
    Reader first = new Reader();
    try (Streams patient = new Streams(uri, Streams.properties(2, 8, Duration.ofSeconds(10)))) {
      patient.factory.start();
      StreamConsumer consumer = patient.factory.consumer(stream, Streams.CODEC, first);
      StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
      // One after the other, so that each is an AMQP message: more than the prefetch allows.
      for (int i = 0; i < 50; i++) {
        int number = i;
        publisher.publishTo(0, new Letter("a", number, "hi")).get(10, TimeUnit.SECONDS);
        await().atMost(Duration.ofSeconds(5)).until(() -> first.read.get() == number + 1);
      }
      consumer.stop();
    }
    Reader second = new Reader();
    streams.factory.consumer(stream, Streams.CODEC, second);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    publisher.publishTo(0, new Letter("a", 50, "hi")).get(10, TimeUnit.SECONDS);
    await().until(() -> second.read.get() > 0);
    assertThat(second.of("a")).containsExactly(50);
  }

  @Test
  void aFailureThatPassesIsTriedAgainInPlace() throws Exception {
    AtomicInteger failures = new AtomicInteger();
    Reader reader =
        new Reader() {
          @Override
          public void handle(int partition, List<Letter> letters) throws Exception {
            if (failures.incrementAndGet() <= 8) {
              throw new java.io.IOException("the store is down");
            }
            super.handle(partition, letters);
          }
        };
    streams.factory.consumer(stream, Streams.CODEC, reader);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    for (int i = 0; i < 300; i++) {
      publisher.publishTo(0, new Letter("a", i, "hi"));
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> reader.read.get() >= 300);

    assertThat(reader.of("a")).containsExactlyElementsOf(numbers(300));
    assertThat(streams.count("retries")).isGreaterThanOrEqualTo(8);
    assertThat(streams.count("dead")).isZero();
  }

  @Test
  void poisonGoesToTheDeadQueueAndTheRestFlows() throws Exception {
    Reader reader =
        new Reader() {
          @Override
          public void handle(int partition, List<Letter> letters) throws Exception {
            for (Letter letter : letters) {
              if (letter.text().equals("bug")) {
                throw new IllegalStateException("bug");
              }
            }
            for (int i = 0; i < letters.size(); i++) {
              if (letters.get(i).text().equals("poison")) {
                throw new PoisonEventException(i, "too bitter");
              }
            }
            super.handle(partition, letters);
          }
        };
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    List<CompletableFuture<Void>> published = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      String text = i == 5 ? "poison" : i == 9 ? "bug" : "hi";
      published.add(publisher.publishTo(0, new Letter("a", i, text)));
    }
    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    byte[] unreadable =
        "[{\"from\":[1]},{\"from\":\"a\",\"number\":20,\"text\":\"hi\"}]"
            .getBytes(StandardCharsets.UTF_8);
    streams.operator(
        channel -> {
          channel.basicPublish(stream, "0", MessageProperties.PERSISTENT_BASIC, unreadable);
          channel.basicPublish(
              stream, "0", MessageProperties.PERSISTENT_BASIC, new byte[] {'n', 'o'});
          return null;
        });
    publisher.publishTo(0, new Letter("a", 21, "hi")).get(10, TimeUnit.SECONDS);
    streams.factory.consumer(stream, Streams.CODEC, reader);
    await().atMost(Duration.ofSeconds(30)).until(() -> reader.of("a").contains(21));

    List<Integer> expected = new ArrayList<>(numbers(22));
    expected.removeAll(List.of(5, 9));
    assertThat(reader.firstsOf("a")).containsExactlyElementsOf(expected);
    assertThat(streams.count("dead")).isEqualTo(4);
    List<String> reasons = new ArrayList<>();
    streams.operator(
        channel -> {
          for (GetResponse dead = channel.basicGet(StreamTopology.DEAD_QUEUE, true);
              dead != null;
              dead = channel.basicGet(StreamTopology.DEAD_QUEUE, true)) {
            Map<String, Object> headers = dead.getProps().getHeaders();
            assertThat(headers).containsKeys("stream", "partition", "reason", "exception", "at");
            assertThat(headers.get("stream")).hasToString(stream);
            reasons.add(headers.get("reason").toString());
          }
          return null;
        });
    assertThat(reasons).hasSize(4).contains("too bitter", "bug");
  }

  @Test
  void anErrorOfAHandlerEndsNoPartitionAndItsEventIsBuriedAsItWasSent() throws Exception {
    Reader reader =
        new Reader() {
          @Override
          public void handle(int partition, List<Letter> letters) throws Exception {
            for (Letter letter : letters) {
              if (letter.text().equals("deep")) {
                throw new StackOverflowError();
              }
            }
            super.handle(partition, letters);
          }
        };
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    publisher.publishTo(0, new Letter("a", 0, "hi")).get(10, TimeUnit.SECONDS);
    String later = "{\"from\":\"a\",\"number\":1,\"text\":\"deep\",\"later\":\"field\"}";
    streams.operator(
        channel -> {
          channel.basicPublish(
              stream,
              "0",
              MessageProperties.PERSISTENT_BASIC,
              ("[" + later + "]").getBytes(StandardCharsets.UTF_8));
          return null;
        });
    publisher.publishTo(0, new Letter("a", 2, "hi")).get(10, TimeUnit.SECONDS);
    streams.factory.consumer(stream, Streams.CODEC, reader);

    await().atMost(Duration.ofSeconds(30)).until(() -> reader.of("a").contains(2));
    assertThat(reader.firstsOf("a")).containsExactly(0, 2);
    String dead =
        streams.operator(
            channel ->
                new String(
                    channel.basicGet(StreamTopology.DEAD_QUEUE, true).getBody(),
                    StandardCharsets.UTF_8));
    assertThat(dead).isEqualTo(later);
  }

  @Test
  void theDeadQueueIsDeclaredAgainWhereItWasDeleted() throws Exception {
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    streams.factory.consumer(
        stream,
        Streams.CODEC,
        (partition, letters) -> {
          throw new PoisonEventException(0, "too bitter");
        });
    publisher.publishTo(0, new Letter("a", 0, "hi")).get(10, TimeUnit.SECONDS);
    await().until(() -> streams.count("dead") == 1);
    streams.operator(channel -> channel.queueDelete(StreamTopology.DEAD_QUEUE));

    publisher.publishTo(0, new Letter("a", 1, "hi")).get(10, TimeUnit.SECONDS);
    await().until(() -> streams.count("dead") == 2);
    GetResponse dead =
        streams.operator(channel -> channel.basicGet(StreamTopology.DEAD_QUEUE, true));
    assertThat(new String(dead.getBody(), StandardCharsets.UTF_8)).contains("\"number\":1");
  }

  @Test
  void aBatchClosesAtItsSize() throws Exception {
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    String text = "x".repeat(60 << 10);
    for (int i = 0; i < 40; i++) {
      publisher.publishTo(0, new Letter("a", i, text)).get(10, TimeUnit.SECONDS);
    }
    Reader reader =
        new Reader() {
          @Override
          public void handle(int partition, List<Letter> letters) throws Exception {
            if (read.get() == 0) {
              // Meanwhile more arrives than fits into a batch.
              await().pollDelay(Duration.ofMillis(300)).until(() -> true);
            }
            super.handle(partition, letters);
          }
        };
    streams.factory.consumer(stream, Streams.CODEC, reader);

    await().atMost(Duration.ofSeconds(30)).until(() -> reader.read.get() >= 40);
    assertThat(reader.of("a")).containsExactlyElementsOf(numbers(40));
    assertThat(reader.largest.get()).isLessThanOrEqualTo(18);
  }

  @Test
  void nothingIsConsumedWhileAPartitionThatIsNotConfiguredAnyMoreHoldsEvents() throws Exception {
    try (Streams earlier = new Streams(uri, Streams.properties(4))) {
      StreamPublisher<Letter> publisher = earlier.factory.publisher(stream, Streams.CODEC);
      publisher.publishTo(3, new Letter("a", 0, "hi")).get(10, TimeUnit.SECONDS);
      publisher.publishTo(0, new Letter("a", 1, "hi")).get(10, TimeUnit.SECONDS);
      Reader refused = new Reader();
      StreamConsumer consumer = streams.factory.consumer(stream, Streams.CODEC, refused);
      await().untilAsserted(() -> assertThat(consumer.state()).contains(stream + ".3 holds 1"));
      assertThat(consumer.state()).contains("hongyan.amqp.partitions is 2").contains("Set it to 4");
      assertThat(consumer.isUp()).isFalse();
      assertThat(refused.read.get()).isZero();

      Reader reader = new Reader();
      earlier.factory.start();
      StreamConsumer drain = earlier.factory.consumer(stream, Streams.CODEC, reader);
      await().until(() -> reader.read.get() == 2);
      drain.stop();
      await().until(consumer::isUp);
      assertThat(consumer.state()).isEqualTo("2 partitions");
    }
  }

  @Test
  void anotherInstanceTakesOverWithoutLossAndInOrder() throws Exception {
    Reader first = new Reader();
    StreamConsumer firstConsumer = streams.factory.consumer(stream, Streams.CODEC, first);
    await().until(firstConsumer::isUp);
    try (Streams others = new Streams(uri, Streams.properties(2))) {
      Reader second = new Reader();
      others.factory.start();
      StreamConsumer secondConsumer = others.factory.consumer(stream, Streams.CODEC, second);
      await().until(secondConsumer::isUp);
      StreamPublisher<Letter> publisher = others.factory.publisher(stream, Streams.CODEC);
      List<CompletableFuture<Void>> published = new ArrayList<>();
      for (int i = 0; i < 2_000; i++) {
        published.add(publisher.publishTo(0, new Letter("a", i, "hi")));
        if (i == 1_000) {
          await().until(() -> first.read.get() > 0);
          assertThat(second.read.get()).isZero();
          int resetsBefore = second.resets.get();
          firstConsumer.stop();
          assertThat(resetsBefore).isEqualTo(2);
        }
      }
      CompletableFuture.allOf(published.toArray(CompletableFuture[]::new))
          .get(20, TimeUnit.SECONDS);
      await().atMost(Duration.ofSeconds(20)).until(() -> second.of("a").contains(1_999));

      List<Integer> all = new ArrayList<>(first.of("a"));
      all.addAll(second.of("a"));
      assertThat(all.stream().distinct()).containsExactlyElementsOf(numbers(2_000));
      assertThat(second.resets.get()).isEqualTo(3);
    }
  }

  @Test
  void instancesShareThePartitionsWithoutLossAndInOrder() throws Exception {
    Reader first = new Reader();
    StreamConsumer firstConsumer = streams.factory.consumer(stream, Streams.CODEC, first);
    await().until(firstConsumer::isUp);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    try (Streams others = new Streams(uri, Streams.properties(2))) {
      Reader second = new Reader();
      int sent = 0;
      for (boolean shared = false; !shared; sent++) {
        for (int partition = 0; partition < 2; partition++) {
          publisher
              .publishTo(partition, new Letter("p" + partition, sent, "hi"))
              .get(10, TimeUnit.SECONDS);
        }
        if (sent == 50) {
          others.factory.start();
          others.factory.consumer(stream, Streams.CODEC, second);
        }
        shared = second.read.get() > 100;
      }
      int total = 2 * sent;
      await().until(() -> distinct(first, second, 0) + distinct(first, second, 1) == total);
      assertThat(second.numbers).hasSize(1);
      for (String from : List.of("p0", "p1")) {
        List<Integer> all = new ArrayList<>(first.of(from));
        all.addAll(second.of(from));
        if (handsOverInOrder()) {
          assertThat(all.stream().distinct()).containsExactlyElementsOf(numbers(sent));
        }
      }
      // Each has its share: nobody gives up anything any more.
      int resets = first.resets.get() + second.resets.get();
      await().pollDelay(Duration.ofSeconds(1)).until(() -> true);
      assertThat(first.resets.get() + second.resets.get()).isEqualTo(resets);
    }
  }

  private static long distinct(Reader first, Reader second, int partition) {
    List<Integer> all = new ArrayList<>(first.of("p" + partition));
    all.addAll(second.of("p" + partition));
    return all.stream().distinct().count();
  }

  @Test
  void anOwnerThatHearsOfANewerOneForgetsAndQueuesBehindIt() throws Exception {
    Reader reader = new Reader();
    StreamConsumer consumer = streams.factory.consumer(stream, Streams.CODEC, reader);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    publisher.publishTo(0, new Letter("a", 0, "hi")).get(10, TimeUnit.SECONDS);
    await().until(() -> reader.read.get() == 1 && consumer.isUp());
    int resets = reader.resets.get();

    // An older one changes nothing but that the next event brings a reset.
    AtomicInteger number = new AtomicInteger();
    await()
        .until(
            () -> {
              claim(1);
              int next = number.incrementAndGet();
              publisher.publishTo(0, new Letter("a", next, "hi")).get(10, TimeUnit.SECONDS);
              return reader.resets.get() > resets;
            });

    // A newer one ends the subscription: the next brings a reset, without any event.
    int before = reader.resets.get();
    claim(Long.MAX_VALUE);
    await().until(() -> reader.resets.get() > before);
    await().until(consumer::isUp);
    publisher.publishTo(0, new Letter("a", 1_000, "hi")).get(10, TimeUnit.SECONDS);
    await().until(() -> reader.of("a").contains(1_000));
  }

  /** Another instance says that it has been given events of partition 0. */
  private void claim(long since) throws Exception {
    String claim =
        "[{\"stream\":\"%s\",\"instance\":\"other\",\"complete\":false,"
            + "\"held\":[{\"partition\":0,\"since\":%d}]}]";
    streams.operator(
        channel -> {
          channel.basicPublish(
              "im.claims",
              "",
              MessageProperties.BASIC,
              claim.formatted(stream, since).getBytes(StandardCharsets.UTF_8));
          return null;
        });
  }

  @Test
  void anOwnerWhoseConnectionBreaksForgetsAndGoesOn() throws Exception {
    Reader reader = new Reader();
    StreamConsumer consumer = streams.factory.consumer(stream, Streams.CODEC, reader);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    await().until(consumer::isUp);
    publisher.publishTo(0, new Letter("a", 0, "hi")).get(10, TimeUnit.SECONDS);
    await().until(() -> reader.read.get() == 1);
    int resets = reader.resets.get();

    streams.factory.cutConnections();
    await()
        .atMost(Duration.ofSeconds(10))
        .ignoreExceptions()
        .untilAsserted(
            () -> publisher.publishTo(0, new Letter("a", 1, "hi")).get(5, TimeUnit.SECONDS));
    await().atMost(Duration.ofSeconds(10)).until(() -> reader.of("a").contains(1));
    assertThat(reader.resets.get()).isGreaterThan(resets);
    await().until(consumer::isUp);
  }

  @Test
  void aTickTellsUntilWhenEventsHaveBeenHandledWhileOthersWait() throws Exception {
    CountDownLatch handling = new CountDownLatch(1);
    CountDownLatch goOn = new CountDownLatch(1);
    Map<Integer, Long> heardAfter = new ConcurrentHashMap<>();
    Reader reader =
        new Reader() {
          @Override
          public void handle(int partition, List<Letter> letters) throws Exception {
            handling.countDown();
            goOn.await();
            super.handle(partition, letters);
          }

          @Override
          public void tick(int partition, long heardUpTo) {
            heardAfter.put(read.get(), heardUpTo);
          }
        };
    streams.factory.consumer(stream, Streams.CODEC, reader, Duration.ofMillis(50));
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    publisher.publishTo(0, new Letter("a", 0, "handled")).get(10, TimeUnit.SECONDS);
    handling.await();
    publisher.publishTo(0, new Letter("a", 1, "waits")).get(10, TimeUnit.SECONDS);
    long waitsSince = System.currentTimeMillis();
    await().until(() -> System.currentTimeMillis() > waitsSince + 1);
    goOn.countDown();

    await().until(() -> heardAfter.getOrDefault(2, 0L) > waitsSince);
    assertThat(heardAfter.get(1)).isLessThanOrEqualTo(waitsSince);
  }

  @Test
  void handlersTickWhetherThereAreEventsOrNot() throws Exception {
    Reader reader = new Reader();
    streams.factory.consumer(stream, Streams.CODEC, reader);
    await().until(() -> reader.ticks.get() > 5);
  }

  @Test
  void tooManyUnconfirmedEventsFailAtOnce() throws Exception {
    Streams unreachable = unreachable();
    StreamPublisher<Letter> nowhere = unreachable.factory.publisher(stream, Streams.CODEC);
    List<CompletableFuture<Void>> published = new ArrayList<>();
    for (int i = 0; i < 10_001; i++) {
      published.add(nowhere.publish("a", new Letter("a", i, "hi")));
    }
    assertUnavailable(published.getLast());
    assertThat(published.getFirst()).isNotDone();
    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new))
        .exceptionally(e -> null)
        .get(10, TimeUnit.SECONDS);
    assertUnavailable(published.getFirst());
    // The room they took is free again.
    CompletableFuture<Void> later = nowhere.publish("a", new Letter("a", 0, "hi"));
    assertThat(later).isNotDone();
    unreachable.close();
    assertUnavailable(later);
  }

  private Streams unreachable() throws Exception {
    try (var free = new java.net.ServerSocket(0)) {
      URI nobody = URI.create("amqp://a:b@127.0.0.1:" + free.getLocalPort() + "/x");
      return new Streams(nobody, Streams.properties(2));
    }
  }

  @Test
  void aBrokerThatTakesNothingAnyMoreFailsTheEvents() throws Exception {
    try (var silent = new java.net.ServerSocket(0)) {
      URI uri = URI.create("amqp://a:b@127.0.0.1:" + silent.getLocalPort() + "/x");
      try (Streams stuck = new Streams(uri, Streams.properties(2))) {
        CompletableFuture<Void> published =
            stuck.factory.publisher(stream, Streams.CODEC).publish("a", new Letter("a", 0, "hi"));
        assertThatThrownBy(() -> published.get(10, TimeUnit.SECONDS))
            .isInstanceOf(ExecutionException.class);
        assertUnavailable(published);
      }
    }
  }

  @Test
  void aLostQueueIsDeclaredAgainAndTakesTheEvent() throws Exception {
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    publisher.publishTo(0, new Letter("a", 0, "hi")).get(10, TimeUnit.SECONDS);
    streams.operator(channel -> channel.queueDelete(stream + ".0"));

    publisher.publishTo(0, new Letter("a", 1, "hi")).get(10, TimeUnit.SECONDS);
    Reader reader = new Reader();
    streams.factory.consumer(stream, Streams.CODEC, reader);
    await().until(() -> reader.of("a").contains(1));
  }

  @Test
  void singleEventsKeepTheirOrderWhileConnectionsBreakAndNoneFails() throws Exception {
    Reader reader = new Reader();
    streams.factory.consumer(stream, Streams.CODEC, reader);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    List<CompletableFuture<Void>> published = new ArrayList<>();
    for (int i = 0; i < 5_000; i++) {
      published.add(publisher.publishTo(0, new Letter("a", i, "hi")));
      if (i % 1_000 == 500) {
        published.get(i - 250).get(10, TimeUnit.SECONDS);
        streams.factory.cutConnections();
      }
    }
    CompletableFuture.allOf(published.toArray(CompletableFuture[]::new)).get(20, TimeUnit.SECONDS);
    await().atMost(Duration.ofSeconds(30)).until(() -> reader.of("a").contains(4_999));
    assertThat(reader.firstsOf("a")).containsExactlyElementsOf(numbers(5_000));
  }

  @Test
  void groupsKeepTheirOrderWhileConnectionsBreak() throws Exception {
    Reader reader = new Reader();
    streams.factory.consumer(stream, Streams.CODEC, reader);
    StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
    int failures = 0;
    for (int batch = 0; batch < 10; batch++) {
      int first = batch * 1_000;
      List<StreamPublisher.Placed<Letter>> group =
          java.util.stream.IntStream.range(first, first + 1_000)
              .mapToObj(i -> new StreamPublisher.Placed<>(0, new Letter("a", i, "hi")))
              .toList();
      for (boolean done = false; !done; ) {
        CompletableFuture<Void> published = publisher.publishInOrder(group);
        if (failures == batch) {
          await().until(() -> reader.read.get() > 0 || published.isDone());
          streams.factory.cutConnections();
        }
        done = published.handle((ok, e) -> e == null).get(20, TimeUnit.SECONDS);
        failures += done ? 0 : 1;
      }
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> reader.of("a").contains(9_999));
    assertThat(reader.firstsOf("a")).containsExactlyElementsOf(numbers(10_000));
  }

  @Test
  void aRestartOfTheBrokerLosesNothingConfirmed() throws Exception {
    EmbeddedAmqp durable = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder));
    int port = durable.port();
    try (Streams streams = new Streams(durable.uri(), Streams.properties(2))) {
      Reader reader = new Reader();
      streams.factory.start();
      streams.factory.consumer(stream, Streams.CODEC, reader);
      StreamPublisher<Letter> publisher = streams.factory.publisher(stream, Streams.CODEC);
      List<Integer> confirmed = new CopyOnWriteArrayList<>();
      List<Throwable> failed = new CopyOnWriteArrayList<>();
      CountDownLatch enough = new CountDownLatch(2_000);
      AtomicInteger stop = new AtomicInteger();
      Thread sender =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; stop.get() == 0; i++) {
                      int number = i;
                      var done = publisher.publishTo(0, new Letter("a", number, "hi"));
                      var unused =
                          done.whenComplete(
                              (ok, e) -> {
                                if (e == null) {
                                  confirmed.add(number);
                                } else {
                                  failed.add(e);
                                }
                                enough.countDown();
                              });
                      if (i % 50 == 49) {
                        done.exceptionally(e -> null).join();
                      }
                    }
                  });
      assertThat(enough.await(30, TimeUnit.SECONDS)).isTrue();
      durable.close();
      durable = EmbeddedAmqp.start(EmbeddedAmqpOptions.inFolder(folder).withPort(port));
      int before = confirmed.size();
      await().atMost(Duration.ofSeconds(30)).until(() -> confirmed.size() > before + 200);
      stop.set(1);
      sender.join();
      int last = confirmed.getLast();
      await().atMost(Duration.ofSeconds(30)).until(() -> reader.of("a").contains(last));

      assertThat(reader.firstsOf("a")).containsAll(confirmed).isSorted();
      assertThat(failed)
          .allSatisfy(
              e -> assertThat(((HongyanException) e).code()).isEqualTo(ErrorCode.UNAVAILABLE));
      assertThat(reader.resets.get()).isGreaterThanOrEqualTo(4);
    } finally {
      durable.close();
    }
  }

  @Test
  void aBroadcastReachesAllInstances() throws Exception {
    List<Letter> here = new CopyOnWriteArrayList<>();
    List<Letter> there = new CopyOnWriteArrayList<>();
    try (Streams others = new Streams(uri, Streams.properties(2))) {
      Broadcast<Letter> mine = streams.factory.broadcast(stream, Streams.CODEC);
      Broadcast<Letter> theirs = others.factory.broadcast(stream, Streams.CODEC);
      mine.subscribe(here::add);
      theirs.subscribe(there::add);
      await().until(() -> mine.isUp() && theirs.isUp());

      mine.publish(new Letter("a", 1, "hi"));
      await().until(() -> here.size() == 1 && there.size() == 1);
    }
  }

  @Test
  void aBroadcastOutlivesABrokenConnectionAndListenersLearnThatTheyMayHaveMissedSomething()
      throws Exception {
    List<Integer> heard = new CopyOnWriteArrayList<>();
    AtomicInteger missed = new AtomicInteger();
    try (Streams others = new Streams(uri, Streams.properties(2))) {
      Broadcast<Letter> theirs = others.factory.broadcast(stream, Streams.CODEC);
      theirs.subscribe(
          new BroadcastListener<>() {
            @Override
            public void on(Letter letter) {
              heard.add(letter.number());
              throw new AssertionError("hears the next all the same");
            }

            @Override
            public void missed() {
              missed.incrementAndGet();
            }
          });
      await().until(theirs::isUp);
      Broadcast<Letter> mine = streams.factory.broadcast(stream, Streams.CODEC);
      mine.publish(new Letter("a", 0, "hi"));
      await().until(() -> heard.contains(0));
      assertThat(missed.get()).isOne();

      streams.factory.cutConnections();
      await()
          .until(
              () -> {
                mine.publish(new Letter("a", heard.size(), "hi"));
                return missed.get() > 1 && heard.size() > 5;
              });
    }
  }

  private static void assertUnavailable(CompletableFuture<Void> published) {
    assertThat(published).isCompletedExceptionally();
    assertThat(((HongyanException) published.exceptionNow()).code())
        .isEqualTo(ErrorCode.UNAVAILABLE);
  }

  private static List<Integer> numbers(int count) {
    return java.util.stream.IntStream.range(0, count).boxed().toList();
  }
}
