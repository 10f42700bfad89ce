package im.hongyan.bench.history;

import java.util.BitSet;

/** One message of a run: what was sent and what became of it. Owned by the run's event loop. */
public final class SentMessage {
  /** The value of a time that has not come. */
  public static final long NEVER = Long.MIN_VALUE;

  final int index;
  final Conversation conversation;
  final int sender;
  final long dueNanos;
  final boolean measured;
  int attempts;
  long sentNanos = NEVER;
  long acceptedNanos = NEVER;
  long seq;
  final BitSet deliveredTo = new BitSet();

  SentMessage(int index, Conversation conversation, int sender, long dueNanos, boolean measured) {
    this.index = index;
    this.conversation = conversation;
    this.sender = sender;
    this.dueNanos = dueNanos;
    this.measured = measured;
  }

  /** Its place among the run's messages; its {@code clientMsgId} ends with it. */
  public int index() {
    return index;
  }

  /** The session it goes to. */
  public Conversation conversation() {
    return conversation;
  }

  /** When it was due, by {@code System.nanoTime()}: latencies count from here. */
  public long dueNanos() {
    return dueNanos;
  }

  /** Whether the server has said that it keeps it. */
  public boolean accepted() {
    return acceptedNanos != NEVER;
  }

  /** Counts a send; more than one where the answer did not come. */
  public void sent() {
    attempts++;
    sentNanos = System.nanoTime();
  }

  /** When it was last sent, by {@code System.nanoTime()}; {@link #NEVER} before. */
  public long sentNanos() {
    return sentNanos;
  }
}
