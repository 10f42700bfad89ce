package im.hongyan.bench.micro;

import im.hongyan.amqp.Partitioner;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;

/** The choice of a partition, for keys of 25 characters. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
public class PartitionerBenchmark {
  /** A power of two, so that the next one is a mask away. */
  private static final int KEYS = 1024;

  private final Partitioner partitioner = new Partitioner(16);

  private final String[] keys =
      IntStream.range(0, KEYS).mapToObj("s%024x"::formatted).toArray(String[]::new);

  private int next;

  /** What every event goes through that is published. */
  @Benchmark
  public int partitionOf() {
    return partitioner.partitionOf(keys[next++ & KEYS - 1]);
  }
}
