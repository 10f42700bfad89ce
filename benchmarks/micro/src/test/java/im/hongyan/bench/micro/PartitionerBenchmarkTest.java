package im.hongyan.bench.micro;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PartitionerBenchmarkTest {
  @Test
  void keysAreOfAllPartitions() {
    PartitionerBenchmark partitioner = new PartitionerBenchmark();
    assertThat(IntStream.range(0, 1024).map(call -> partitioner.partitionOf()).distinct().count())
        .isEqualTo(16);
  }
}
