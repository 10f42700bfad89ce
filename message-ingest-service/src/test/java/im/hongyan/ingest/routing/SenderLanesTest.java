package im.hongyan.ingest.routing;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.ingest.routing.SenderLanes.Admission;
import im.hongyan.model.UserId;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SenderLanesTest {
  private static final UserId ALICE = new UserId("alice");
  private static final UserId BOB = new UserId("bob");

  private final SenderLanes lanes = new SenderLanes(2, 3);
  private final List<String> ran = Collections.synchronizedList(new ArrayList<>());

  private Supplier<CompletionStage<?>> task(String name, CompletionStage<?> end) {
    return () -> {
      ran.add(name);
      return end;
    };
  }

  @Test
  void laterTaskOfASenderWaitsAndOthersGoOn() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> done = CompletableFuture.completedFuture(null);
    lanes.submit(ALICE, task("a1", first));
    lanes.submit(ALICE, task("a2", done));
    lanes.submit(BOB, task("b1", done));
    assertThat(ran).containsExactly("a1", "b1");
    assertThat(lanes.waiting()).isOne();

    first.complete(null);
    lanes.submit(ALICE, task("a3", done));
    assertThat(ran).containsExactly("a1", "b1", "a2", "a3");
    assertThat(lanes.waiting()).isZero();
  }

  @Test
  void failedTaskLetsTheNextOneRun() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    lanes.submit(ALICE, task("a1", first));
    lanes.submit(ALICE, task("a2", CompletableFuture.completedFuture(null)));
    first.completeExceptionally(new IllegalStateException());
    assertThat(ran).containsExactly("a1", "a2");
  }

  @Test
  void waitingIsBoundedForEachSenderAndInAll() {
    CompletableFuture<Void> never = new CompletableFuture<>();
    lanes.submit(ALICE, task("a1", never));
    lanes.submit(BOB, task("b1", never));
    assertThat(lanes.submit(ALICE, task("a2", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.submit(ALICE, task("a3", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.submit(ALICE, task("a4", never))).isEqualTo(Admission.SENDER_FULL);
    assertThat(lanes.submit(BOB, task("b2", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.submit(BOB, task("b3", never))).isEqualTo(Admission.ALL_FULL);
  }

  @Test
  void orderHoldsUnderRacesOfCompletionAndSubmission() {
    SenderLanes roomy = new SenderLanes(100_000, 100_000);
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 20_000)
          .forEach(
              i ->
                  roomy.submit(
                      ALICE,
                      () -> {
                        ran.add("m" + i);
                        return ThreadLocalRandom.current().nextInt(4) == 0
                            ? CompletableFuture.runAsync(() -> {}, threads)
                            : CompletableFuture.completedFuture(null);
                      }));
      CompletableFuture<Void> last = new CompletableFuture<>();
      roomy.submit(
          ALICE,
          () -> {
            last.complete(null);
            return last;
          });
      last.join();
    }
    assertThat(ran)
        .containsExactlyElementsOf(IntStream.range(0, 20_000).mapToObj(i -> "m" + i).toList());
    assertThat(roomy.waiting()).isZero();
  }
}
