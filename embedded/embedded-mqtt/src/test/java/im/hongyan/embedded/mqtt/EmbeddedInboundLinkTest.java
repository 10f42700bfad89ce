package im.hongyan.embedded.mqtt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import im.hongyan.mqtt.InboundMessage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class EmbeddedInboundLinkTest {
  private static final CompletionStage<?> TAKEN = CompletableFuture.completedFuture(null);

  private final EmbeddedInboundLink link = new EmbeddedInboundLink(new SimpleMeterRegistry());

  @Test
  void whatCameBeforeTheStartIsHandedOverInItsOrderAndAcknowledged() {
    List<CompletionStage<?>> sent = new ArrayList<>();
    IntStream.range(0, 100).forEach(i -> sent.add(link.handOver(message(i))));
    assertThat(sent).noneMatch(stage -> stage.toCompletableFuture().isDone());
    assertThat(link.isConnected()).isFalse();
    List<String> taken = new ArrayList<>();

    link.start(
        message -> {
          taken.add(text(message));
          return TAKEN;
        });
    sent.add(link.handOver(message(100)));

    assertThat(taken).containsExactlyElementsOf(numbers(101));
    assertThat(sent).allMatch(stage -> stage.toCompletableFuture().isDone());
  }

  @Test
  void whatComesDuringTheStartIsHandedOverAfterWhatCameBefore() throws Exception {
    IntStream.range(0, 50).forEach(i -> link.handOver(message(i)));
    ConcurrentLinkedQueue<String> taken = new ConcurrentLinkedQueue<>();
    CountDownLatch draining = new CountDownLatch(1);
    CountDownLatch sending = new CountDownLatch(1);
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  await(draining);
                  sending.countDown();
                  IntStream.range(50, 100).forEach(i -> link.handOver(message(i)));
                });

    link.start(
        message -> {
          draining.countDown();
          await(sending);
          taken.add(text(message));
          return TAKEN;
        });

    assertThat(sender.join(Duration.ofSeconds(10))).isTrue();
    assertThat(taken).containsExactlyElementsOf(numbers(100));
  }

  @Test
  void anErrorOfTheHandlerMeansNotTaken() {
    CompletionStage<?> early = link.handOver(message(0));
    link.start(
        message -> {
          throw new StackOverflowError("too deep");
        });

    assertThat(early.toCompletableFuture()).isCompletedExceptionally();
    assertThat(link.handOver(message(1)).toCompletableFuture()).isCompletedExceptionally();
  }

  @Test
  void whatWaitsForAStartThatNeverComesFailsAtTheEnd() {
    CompletionStage<?> early = link.handOver(message(0));
    link.close();

    assertThat(early.toCompletableFuture()).isCompletedExceptionally();
    assertThatThrownBy(() -> link.start(message -> TAKEN))
        .isInstanceOf(IllegalStateException.class);
  }

  private static void await(CountDownLatch latch) {
    try {
      assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static List<String> numbers(int count) {
    return IntStream.range(0, count).mapToObj(Integer::toString).toList();
  }

  private static InboundMessage message(int number) {
    return new InboundMessage("/root/server/alice", Integer.toString(number).getBytes(), 1, null);
  }

  private static String text(InboundMessage message) {
    return TestClient.text(message.payload());
  }
}
