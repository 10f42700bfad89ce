package im.hongyan.embedded.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import im.hongyan.mqtt.InboundMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class EmbeddedInboundLinkIT {
  private static final int MANY = 2_000;
  private static final String ALICE = "/root/server/alice";

  @RegisterExtension private final Broker broker = new Broker();

  @ParameterizedTest
  @EnumSource
  void acknowledgementWaitsForTheStageAndHoldsNobodyElse(Way way) throws Exception {
    CompletableFuture<Void> durable = new CompletableFuture<>();
    broker.handler(
        message ->
            message.topic().equals(ALICE) ? durable : CompletableFuture.completedFuture(null));
    try (TestClient alice = broker.client(way, "alice", "alice:phone").connect();
        TestClient bob = broker.client(way, "bob", "bob:phone").connect()) {
      CompletableFuture<?> one = alice.publish(ALICE, "held", 1);
      CompletableFuture<?> two = alice.publish(ALICE, "held", 2);
      await().until(() -> !broker.inbound().isEmpty());

      for (int i = 0; i < 100; i++) {
        bob.publish("/root/server/bob", "free", 1).get(10, TimeUnit.SECONDS);
      }
      assertThat(one).isNotDone();
      assertThat(two).isNotDone();

      durable.complete(null);
      one.get(10, TimeUnit.SECONDS);
      two.get(10, TimeUnit.SECONDS);
    }
  }

  @ParameterizedTest
  @EnumSource
  void messageThatIsNotTakenIsNotAcknowledged(Way way) throws Exception {
    broker.handler(message -> CompletableFuture.failedFuture(new IllegalStateException("down")));
    try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
      CompletableFuture<?> sent = alice.publish(ALICE, "lost?", 1);

      await().untilAsserted(() -> assertThat(sent).isCompletedExceptionally());
      assertThat(alice.isConnected()).isEqualTo(way.version == 5);
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfOneConnectionKeepTheirOrder(Way way) throws Exception {
    broker.handler(
        message ->
            broker.inbound().size() % 3 == 0
                ? CompletableFuture.runAsync(() -> {})
                : CompletableFuture.completedFuture(null));
    try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
      List<CompletableFuture<?>> sent = new ArrayList<>();
      for (int i = 0; i < MANY; i++) {
        sent.add(alice.publish(ALICE, Integer.toString(i), i % 2));
      }
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(60, TimeUnit.SECONDS);

      await().until(() -> broker.inbound().size() == MANY);
      assertThat(broker.inbound())
          .extracting(EmbeddedInboundLinkIT::text)
          .containsExactlyElementsOf(IntStream.range(0, MANY).mapToObj(Integer::toString).toList());
    }
  }

  @ParameterizedTest
  @EnumSource
  void messagesOfOneConnectionDoNotWaitForOneAnother(Way way) throws Exception {
    List<CompletableFuture<Void>> durable =
        IntStream.range(0, 10).mapToObj(i -> new CompletableFuture<Void>()).toList();
    broker.handler(message -> durable.get(Integer.parseInt(text(message))));
    try (TestClient alice = broker.client(way, "alice", "alice:phone").connect()) {
      List<CompletableFuture<?>> sent =
          IntStream.range(0, 10)
              .<CompletableFuture<?>>mapToObj(i -> alice.publish(ALICE, Integer.toString(i), 1))
              .toList();
      await().until(() -> broker.inbound().size() == 10);

      durable.reversed().forEach(stage -> stage.complete(null));
      CompletableFuture.allOf(sent.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
    }
  }

  private static String text(InboundMessage message) {
    return TestClient.text(message.payload());
  }
}
