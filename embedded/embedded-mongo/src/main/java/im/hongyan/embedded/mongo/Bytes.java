package im.hongyan.embedded.mongo;

import java.util.Arrays;

/** Bytes one after the other, numbers big-endian; what the JDK's stream does, without its locks. */
final class Bytes {
  private byte[] buffer;
  private int size;

  Bytes(int capacity) {
    buffer = new byte[capacity];
  }

  int size() {
    return size;
  }

  void write(int oneByte) {
    room(1);
    buffer[size++] = (byte) oneByte;
  }

  void writeBytes(byte[] bytes) {
    room(bytes.length);
    System.arraycopy(bytes, 0, buffer, size, bytes.length);
    size += bytes.length;
  }

  /** The lowest {@code length} bytes of {@code value}. */
  void writeNumber(long value, int length) {
    room(length);
    for (int shift = (length - 1) * 8; shift >= 0; shift -= 8) {
      buffer[size++] = (byte) (value >>> shift);
    }
  }

  byte[] toByteArray() {
    return Arrays.copyOf(buffer, size);
  }

  /** Empties it; what has grown beyond {@code capacity} is given back. */
  void reset(int capacity) {
    size = 0;
    if (buffer.length > capacity) {
      buffer = new byte[capacity];
    }
  }

  private void room(int more) {
    if (buffer.length - size < more) {
      buffer = Arrays.copyOf(buffer, Math.max(buffer.length * 2, Math.addExact(size, more)));
    }
  }
}
