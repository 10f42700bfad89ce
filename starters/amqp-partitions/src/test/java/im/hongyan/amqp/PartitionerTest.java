package im.hongyan.amqp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartitionerTest {
  @ParameterizedTest
  @CsvSource({
    "'', 0",
    "hello, 248bfa47",
    "'hello, world', 149bbb7f",
    "The quick brown fox jumps over the lazy dog, 2e4ff723"
  })
  void hashesAsPublishedForMurmur3(String key, String expected) {
    int hash = Partitioner.hash(key.getBytes(StandardCharsets.UTF_8));
    assertThat(Integer.toHexString(hash)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource({"alice, 8, 5", "bob, 8, 2", "鸿雁, 8, 2", "alice, 3, 1", "alice, 1, 0"})
  void partitionsOfKeysNeverChange(String key, int partitions, int expected) {
    assertThat(new Partitioner(partitions).partitionOf(key)).isEqualTo(expected);
  }

  @Test
  void keysSpreadEvenly() {
    Partitioner partitioner = new Partitioner(8);
    int[] counts = new int[8];
    for (int i = 0; i < 8_000; i++) {
      counts[partitioner.partitionOf("user-" + i)]++;
    }
    for (int count : counts) {
      assertThat(count).isBetween(850, 1150);
    }
  }

  @Test
  void noPartitionsIsRefused() {
    assertThatThrownBy(() -> new Partitioner(0)).hasMessageContaining("partitions: 0");
  }
}
