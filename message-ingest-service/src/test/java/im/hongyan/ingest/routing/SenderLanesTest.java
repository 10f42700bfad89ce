package im.hongyan.ingest.routing;

import static org.assertj.core.api.Assertions.assertThat;

import im.hongyan.ingest.routing.SenderLanes.Admission;
import im.hongyan.ingest.routing.SenderLanes.Room;
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

  private final SenderLanes lanes = new SenderLanes(new Room(2, 100), new Room(3, 150));
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
    lanes.submit(ALICE, 1, task("a1", first));
    lanes.submit(ALICE, 1, task("a2", done));
    lanes.submit(BOB, 1, task("b1", done));
    assertThat(ran).containsExactly("a1", "b1");
    assertThat(lanes.waiting()).isOne();

    first.complete(null);
    lanes.submit(ALICE, 1, task("a3", done));
    assertThat(ran).containsExactly("a1", "b1", "a2", "a3");
    assertThat(lanes.waiting()).isZero();
  }

  @Test
  void failedTaskLetsTheNextOneRun() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    lanes.submit(ALICE, 1, task("a1", first));
    lanes.submit(ALICE, 1, task("a2", CompletableFuture.completedFuture(null)));
    first.completeExceptionally(new IllegalStateException());
    assertThat(ran).containsExactly("a1", "a2");
  }

  @Test
  void waitingIsBoundedForEachSenderAndInAll() {
    CompletableFuture<Void> never = new CompletableFuture<>();
    lanes.submit(ALICE, 1, task("a1", never));
    lanes.submit(BOB, 1, task("b1", never));
    assertThat(lanes.submit(ALICE, 1, task("a2", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.submit(ALICE, 1, task("a3", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.submit(ALICE, 1, task("a4", never))).isEqualTo(Admission.SENDER_FULL);
    assertThat(lanes.submit(BOB, 1, task("b2", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.submit(BOB, 1, task("b3", never))).isEqualTo(Admission.ALL_FULL);
  }

  @Test
  void bytesThatWaitAreBoundedForEachSenderAndInAllAndGivenBack() {
    CompletableFuture<Void> first = new CompletableFuture<>();
    CompletableFuture<Void> never = new CompletableFuture<>();
    lanes.submit(ALICE, 1000, task("a1", first));
    lanes.submit(BOB, 1000, task("b1", never));
    assertThat(lanes.waitingBytes()).isZero();
    assertThat(lanes.submit(ALICE, 90, task("a2", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.submit(ALICE, 11, task("a3", never))).isEqualTo(Admission.SENDER_FULL);
    assertThat(lanes.submit(BOB, 61, task("b2", never))).isEqualTo(Admission.ALL_FULL);
    assertThat(lanes.submit(BOB, 60, task("b2", never))).isEqualTo(Admission.ACCEPTED);
    assertThat(lanes.waitingBytes()).isEqualTo(150);

    first.complete(null);
    assertThat(lanes.waitingBytes()).isEqualTo(60);
    assertThat(lanes.submit(ALICE, 90, task("a4", never))).isEqualTo(Admission.ACCEPTED);
  }

  @Test
  void orderHoldsUnderRacesOfCompletionAndSubmission() {
    SenderLanes roomy = new SenderLanes(new Room(100_000, 100_000), new Room(100_000, 100_000));
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      IntStream.range(0, 20_000)
          .forEach(
              i ->
                  roomy.submit(
                      ALICE,
                      1,
                      () -> {
                        ran.add("m" + i);
                        return ThreadLocalRandom.current().nextInt(4) == 0
                            ? CompletableFuture.runAsync(() -> {}, threads)
                            : CompletableFuture.completedFuture(null);
                      }));
      CompletableFuture<Void> last = new CompletableFuture<>();
      roomy.submit(
          ALICE,
          1,
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
