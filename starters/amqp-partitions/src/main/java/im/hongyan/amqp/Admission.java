package im.hongyan.amqp;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much was admitted and has no outcome yet; all that callers and the owner thread of a
 * publisher count together.
 */
final class Admission {
  private final int mostEvents;
  private final long mostBytes;
  private final AtomicInteger unfinished = new AtomicInteger();
  private final AtomicLong bytes = new AtomicLong();

  Admission(int mostEvents, long mostBytes) {
    this.mostEvents = mostEvents;
    this.mostBytes = mostBytes;
  }

  boolean hasRoom() {
    return unfinished.get() < mostEvents && bytes.get() < mostBytes;
  }

  void enter(int events, long size) {
    unfinished.addAndGet(events);
    bytes.addAndGet(size);
  }

  void leave(int events, long size) {
    unfinished.addAndGet(-events);
    bytes.addAndGet(-size);
  }

  boolean isEmpty() {
    return unfinished.get() == 0;
  }

  @Override
  public String toString() {
    return "%d events of %d bytes".formatted(unfinished.get(), bytes.get());
  }
}
