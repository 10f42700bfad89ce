package im.hongyan.embedded.mqtt;

import java.nio.ByteBuffer;

/** Bytes out of HiveMQ's read-only buffers. */
final class Payloads {
  static final byte[] EMPTY = {};

  private Payloads() {}

  static byte[] copy(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
