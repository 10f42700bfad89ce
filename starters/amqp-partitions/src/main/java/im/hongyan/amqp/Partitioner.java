package im.hongyan.amqp;

import java.nio.charset.StandardCharsets;

/**
 * Which partition a key belongs to: MurmurHash3 (x86, 32 bits, seed 0) of the key's UTF-8, as an
 * unsigned number, modulo the number of partitions. Every service and every version must agree on
 * it, else the order of a key's events is lost.
 *
 * @param partitions how many partitions there are
 */
public record Partitioner(int partitions) {
  private static final int C1 = 0xcc9e2d51;
  private static final int C2 = 0x1b873593;

  public Partitioner {
    if (partitions < 1) {
      throw new IllegalArgumentException("partitions: " + partitions + " (expected: at least 1)");
    }
  }

  /** The partition of a key, from 0 to {@code partitions - 1}. */
  public int partitionOf(String key) {
    return Integer.remainderUnsigned(hash(key.getBytes(StandardCharsets.UTF_8)), partitions);
  }

  static int hash(byte[] data) {
    int hash = 0;
    int whole = data.length & ~3;
    for (int i = 0; i < whole; i += 4) {
      int k =
          (data[i] & 0xff)
              | (data[i + 1] & 0xff) << 8
              | (data[i + 2] & 0xff) << 16
              | (data[i + 3] & 0xff) << 24;
      hash ^= scramble(k);
      hash = Integer.rotateLeft(hash, 13) * 5 + 0xe6546b64;
    }
    int tail = 0;
    for (int i = data.length - 1; i >= whole; i--) {
      tail = tail << 8 | (data[i] & 0xff);
    }
    hash ^= scramble(tail);
    hash ^= data.length;
    hash = (hash ^ hash >>> 16) * 0x85ebca6b;
    hash = (hash ^ hash >>> 13) * 0xc2b2ae35;
    return hash ^ hash >>> 16;
  }

  private static int scramble(int k) {
    return Integer.rotateLeft(k * C1, 15) * C2;
  }
}
