package im.hongyan.embedded.mongo;

import static org.assertj.core.api.Assertions.assertThat;

import de.bwaldvogel.mongo.backend.ValueComparator;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyEncodingTest {
  @Test
  void bytesHaveTheOrderOfTheValues() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<Object> values = new ArrayList<>();
    values.addAll(
        Arrays.asList(
            null,
            0,
            -0.0,
            1,
            1L,
            1.0,
            1.5,
            -1.5,
            Integer.MAX_VALUE,
            Integer.MIN_VALUE,
            (1L << 53) + 1,
            1L << 53,
            "",
            "a",
            "a\0",
            "a\0b",
            "a\u0001",
            "ab",
            "\uFFFF",
            "\uD83D\uDE00",
            "é",
            "中",
            true,
            false,
            Instant.EPOCH,
            Instant.ofEpochMilli(-5)));
    for (int i = 0; i < 200; i++) {
      values.add(
          switch (random.nextInt(5)) {
            case 0 -> random.nextInt(20) - 10;
            case 1 -> random.nextInt(20) / 4.0 - 2;
            case 2 -> Long.toString(random.nextInt(2_000), 36);
            case 3 -> Instant.ofEpochMilli(random.nextInt(10_000));
            default -> new UUID(random.nextLong(), random.nextLong());
          });
    }
    for (Object a : values) {
      for (Object b : values) {
        assertThat(Integer.signum(Arrays.compareUnsigned(KeyEncoding.of(a), KeyEncoding.of(b))))
            .as("%s against %s, seed %d", a, b, seed)
            .isEqualTo(Integer.signum(ValueComparator.asc().compare(a, b)));
      }
    }
  }

  @Test
  void aShorterTextIsNotMixedUpWithALongerOneInACompoundKey() {
    byte[] ab = new KeyEncoding().value("ab").value("c").toBytes();
    byte[] a = new KeyEncoding().value("a").value("bc").toBytes();
    assertThat(ab).isNotEqualTo(a);
    assertThat(Arrays.compareUnsigned(a, ab)).isNegative();
  }
}
