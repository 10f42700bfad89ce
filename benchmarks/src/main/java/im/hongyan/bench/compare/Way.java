package im.hongyan.bench.compare;

import io.netty.channel.EventLoop;
import java.io.IOException;

/** A way of messages from senders to receivers. Used from one event loop alone. */
interface Way extends AutoCloseable {
  /** Sends a message; the {@link Passage} hears what becomes of it. */
  void send(RawMessage message) throws IOException;

  @Override
  void close();

  /** What becomes of messages; all on the event loop, with the time when it happened. */
  interface Passage {
    /** The sender knows that it is kept. */
    void confirmed(RawMessage message, long nanos);

    /** The receiver has it. */
    void delivered(RawMessage message, long nanos);
  }

  /** Opens a way on which messages may be sent at once. */
  @FunctionalInterface
  interface Opening {
    Way open(EventLoop loop, Passage passage) throws IOException, InterruptedException;
  }
}
