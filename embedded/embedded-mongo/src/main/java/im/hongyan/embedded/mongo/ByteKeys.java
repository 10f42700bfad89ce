package im.hongyan.embedded.mongo;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.WriteBuffer;
import org.h2.mvstore.type.BasicDataType;

/** Byte strings in unsigned order, as keys and as values of stored maps. */
final class ByteKeys extends BasicDataType<byte[]> {
  static final ByteKeys INSTANCE = new ByteKeys();

  private static final int OVERHEAD = 24;

  private ByteKeys() {}

  @Override
  public int compare(byte[] a, byte[] b) {
    return Arrays.compareUnsigned(a, b);
  }

  /** The inherited search, without a cast and a virtual call at each step. */
  @Override
  public int binarySearch(byte[] key, Object storage, int size, int initialGuess) {
    byte[][] keys = (byte[][]) storage;
    int low = 0;
    int high = size - 1;
    int middle = initialGuess - 1;
    if (middle < 0 || middle > high) {
      middle = high >>> 1;
    }
    while (low <= high) {
      int compared = Arrays.compareUnsigned(key, keys[middle]);
      if (compared > 0) {
        low = middle + 1;
      } else if (compared < 0) {
        high = middle - 1;
      } else {
        return middle;
      }
      middle = (low + high) >>> 1;
    }
    return -(low + 1);
  }

  @Override
  public int getMemory(byte[] bytes) {
    return OVERHEAD + bytes.length;
  }

  @Override
  public void write(WriteBuffer buffer, byte[] bytes) {
    buffer.putVarInt(bytes.length).put(bytes);
  }

  @Override
  public byte[] read(ByteBuffer buffer) {
    byte[] bytes = new byte[DataUtils.readVarInt(buffer)];
    buffer.get(bytes);
    return bytes;
  }

  @Override
  public byte[][] createStorage(int size) {
    return new byte[size][];
  }
}
