package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** One online receiver's outbox, without what its effects cost. Times are for each entry. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class OutboxBenchmark {
  private static final int WINDOW = 100;
  private static final long NOW = 1_767_225_600_000L;

  private final ReceiverOutbox<String> outbox =
      new ReceiverOutbox<>(
          new ReceiverOutbox.Limits(WINDOW, 10_000, 300_000, 5, WINDOW), /* newest= */ 0, true);

  /** Each is used again once it is out of the window. */
  private final DeliveryId[] ids =
      IntStream.range(0, WINDOW)
          .mapToObj(number -> new DeliveryId("d%024x".formatted(number)))
          .toArray(DeliveryId[]::new);

  /** An entry is sent and acknowledged before the next: a push and a mark. */
  @Benchmark
  public int deliverAndAcknowledge() {
    return deliver(ids[0]) + outbox.acknowledged(ids[0], false, NOW).size();
  }

  /** A full window is sent, then acknowledged as a whole: as many pushes and one mark. */
  @Benchmark
  @OperationsPerInvocation(WINDOW)
  public int deliverAndAcknowledgeWindow() {
    int effects = 0;
    for (DeliveryId id : ids) {
      effects += deliver(id);
    }
    return effects + outbox.acknowledged(ids[WINDOW - 1], true, NOW).size();
  }

  private int deliver(DeliveryId id) {
    return outbox
        .stored(new OutboxEntry<>(id, outbox.nextSeq(), OutboxEntry.NEVER, false, "hi"), NOW)
        .size();
  }

  int inFlight() {
    return outbox.inFlight();
  }
}
