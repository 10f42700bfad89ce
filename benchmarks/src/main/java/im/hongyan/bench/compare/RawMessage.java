package im.hongyan.bench.compare;

import java.nio.ByteBuffer;

/**
 * A message of the loads on brokers alone: what is needed to find its receiver and to measure it.
 *
 * @param kind what it is to who gets it
 * @param dueNanos when it was due
 * @param sender the user who sends it
 */
record RawMessage(Kind kind, long dueNanos, int sender) {
  /** How many bytes it needs at least. */
  static final int SHORTEST = 1 + Long.BYTES + Integer.BYTES;

  enum Kind {
    /** For the receiver. */
    TEXT(0),
    /** For the sender: it is kept. */
    CONFIRMATION(1);

    private final byte code;

    Kind(int code) {
      this.code = (byte) code;
    }
  }

  static RawMessage text(long dueNanos, int sender) {
    return new RawMessage(Kind.TEXT, dueNanos, sender);
  }

  static RawMessage read(byte[] body) {
    ByteBuffer from = ByteBuffer.wrap(body);
    Kind kind = from.get() == Kind.TEXT.code ? Kind.TEXT : Kind.CONFIRMATION;
    return new RawMessage(kind, from.getLong(), from.getInt());
  }

  /** The other one of the sender's pair. */
  int receiver() {
    return sender ^ 1;
  }

  RawMessage confirmation() {
    return new RawMessage(Kind.CONFIRMATION, dueNanos, sender);
  }

  /** Its bytes, filled up to a length. */
  byte[] bytes(int length) {
    return ByteBuffer.allocate(Math.max(length, SHORTEST))
        .put(kind.code)
        .putLong(dueNanos)
        .putInt(sender)
        .array();
  }
}
