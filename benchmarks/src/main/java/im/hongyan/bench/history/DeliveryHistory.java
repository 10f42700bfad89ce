package im.hongyan.bench.history;

import im.hongyan.model.SessionId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/**
 * Everything that was sent, answered and pushed in a run. Order and copies are judged as they come;
 * {@link #verdict} adds up what is lost. Owned by the run's event loop.
 */
public final class DeliveryHistory {
  private static final long MAX_MICROS = 3_600_000_000L;
  private static final int DIGITS = 3;
  private static final int MAX_EXAMPLES = 10;

  private final List<SentMessage> messages = new ArrayList<>();
  private final Map<SessionId, Conversation> conversations = new HashMap<>();
  private final Histogram sendToReply = new Histogram(MAX_MICROS, DIGITS);
  private final Histogram sendToPush = new Histogram(MAX_MICROS, DIGITS);
  private final Histogram sendToAll = new Histogram(MAX_MICROS, DIGITS);
  private final List<String> examples = new ArrayList<>();

  private long accepted;
  private long missing;
  private long deliveries;
  private long measuredDeliveries;
  private long copies;
  private long duplicated;
  private long reordered;
  private long toOutsiders;
  private long lostStored;
  private long lastDeliveryNanos;

  /** All messages before this one are answered and delivered. */
  private int firstOpen;

  /** A session that pushes may come from. */
  public void opened(Conversation conversation) {
    conversations.put(conversation.id(), conversation);
  }

  /**
   * A message is about to be sent.
   *
   * @param dueNanos when it was due; latencies count from here, so that a stalled server does not
   *     hide its own delays
   * @param measured whether its latency counts, false while warming up
   */
  public SentMessage sending(
      Conversation conversation, int sender, long dueNanos, boolean measured) {
    SentMessage message =
        new SentMessage(messages.size(), conversation, sender, dueNanos, measured);
    messages.add(message);
    return message;
  }

  /** The server says that it keeps the message. Told again for each repeated answer. */
  public void accepted(SentMessage message, long nowNanos) {
    if (message.accepted()) {
      return;
    }
    message.acceptedNanos = nowNanos;
    accepted++;
    missing += message.conversation.size() - 1 - message.deliveredTo.cardinality();
    if (message.measured) {
      record(sendToReply, nowNanos - message.dueNanos);
    }
  }

  /**
   * A user has got a push.
   *
   * @param index the message's place among the run's, or -1 for one of the server's own
   */
  public void pushed(int user, @Nullable SessionId session, long seq, int index, long nowNanos) {
    Conversation conversation = session == null ? null : conversations.get(session);
    int place = conversation == null ? -1 : conversation.placeOf(user);
    if (conversation == null || place < 0) {
      if (index >= 0) {
        toOutsiders++;
        example("user " + user + " got a message of session " + session + ", not his");
      }
      return;
    }
    if (index >= messages.size()) {
      return;
    }
    if (index >= 0 && isCopy(messages.get(index), conversation, place, seq)) {
      copies++;
      return;
    }
    long last = conversation.lastSeqOf(place);
    if (seq <= last) {
      if (index >= 0) {
        reordered++;
        example("user " + user + " got seq " + seq + " of " + session + " after " + last);
      }
    } else {
      conversation.lastSeqOf(place, seq);
    }
    if (index >= 0) {
      delivered(messages.get(index), place, nowNanos);
    }
  }

  private boolean isCopy(SentMessage message, Conversation conversation, int place, long seq) {
    if (message.conversation != conversation) {
      toOutsiders++;
      example("message " + message.index + " came in another session than it was sent to");
      return true;
    }
    if (message.seq == 0) {
      message.seq = seq;
    } else if (message.seq != seq) {
      duplicated++;
      example("message " + message.index + " has seq " + message.seq + " and " + seq);
      return true;
    }
    return message.deliveredTo.get(place);
  }

  private void delivered(SentMessage message, int place, long nowNanos) {
    message.deliveredTo.set(place);
    deliveries++;
    if (message.accepted()) {
      missing--;
    }
    lastDeliveryNanos = nowNanos;
    if (message.measured) {
      measuredDeliveries++;
      record(sendToPush, nowNanos - message.dueNanos);
      if (message.deliveredTo.cardinality() == message.conversation.size() - 1) {
        record(sendToAll, nowNanos - message.dueNanos);
      }
    }
  }

  private static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos / 1_000, 0, MAX_MICROS));
  }

  /**
   * What the pages of a session's stored messages say, oldest first: each entry is a seq and the
   * index of the message, -1 for the server's own.
   */
  public void stored(Conversation conversation, List<StoredEntry> entries) {
    long expected = 1;
    Map<Integer, Long> seen = new HashMap<>();
    for (StoredEntry entry : entries) {
      if (entry.seq() != expected) {
        reordered++;
        example("session " + conversation.id() + " stores " + entry.seq() + " at " + expected);
      }
      expected = entry.seq() + 1;
      if (entry.index() >= 0) {
        Long before = seen.put(entry.index(), entry.seq());
        if (before != null) {
          duplicated++;
          example("message " + entry.index() + " stored as " + before + " and " + entry.seq());
        }
      }
    }
    for (SentMessage message : messages) {
      if (message.conversation == conversation
          && message.accepted()
          && !seen.containsKey(message.index)) {
        lostStored++;
        example("message " + message.index + " was accepted and is not stored");
      }
    }
  }

  /** Whether everything that was accepted has reached all its receivers. */
  public boolean complete() {
    return missing == 0;
  }

  /**
   * Since when the oldest message is due that is not answered and delivered; 0 if all are.
   *
   * @param besides sessions whose messages are not looked at
   */
  public long openSinceNanos(Set<Conversation> besides) {
    while (firstOpen < messages.size() && isDone(messages.get(firstOpen))) {
      firstOpen++;
    }
    for (int i = firstOpen; i < messages.size(); i++) {
      SentMessage message = messages.get(i);
      if (!besides.contains(message.conversation) && !isDone(message)) {
        return message.dueNanos;
      }
    }
    return 0;
  }

  private static boolean isDone(SentMessage message) {
    return message.accepted()
        && message.deliveredTo.cardinality() == message.conversation.size() - 1;
  }

  /** How many messages the server has accepted so far. */
  public long accepted() {
    return accepted;
  }

  /** How many first deliveries there were so far. */
  public long deliveries() {
    return deliveries;
  }

  /** How many first deliveries there were of messages whose latency counts. */
  public long measuredDeliveries() {
    return measuredDeliveries;
  }

  /** When the last first delivery came. */
  public long lastDeliveryNanos() {
    return lastDeliveryNanos;
  }

  /** All sessions of the run. */
  public List<Conversation> conversations() {
    return List.copyOf(conversations.values());
  }

  /** What it all adds up to. */
  public Verdict verdict() {
    long undelivered = 0;
    long outOfSendOrder = 0;
    Map<Line, Long> lastSeqOfLine = new HashMap<>();
    for (SentMessage message : messages) {
      if (message.accepted()) {
        int missing = message.conversation.size() - 1 - message.deliveredTo.cardinality();
        if (missing > 0) {
          undelivered += missing;
          example("message " + message.index + " did not reach " + missing + " of its receivers");
        }
      }
      if (message.seq > 0 && message.attempts == 1) {
        Line line = new Line(message.sender, message.conversation.id());
        Long last = lastSeqOfLine.put(line, message.seq);
        if (last != null && last > message.seq) {
          outOfSendOrder++;
          example("message " + message.index + " was overtaken by a later one of its sender");
        }
      }
    }
    return new Verdict(
        messages.size(),
        accepted,
        deliveries,
        undelivered + lostStored,
        duplicated,
        reordered + outOfSendOrder,
        copies,
        toOutsiders,
        measuredDeliveries,
        Percentiles.of(sendToReply),
        Percentiles.of(sendToPush),
        Percentiles.of(sendToAll),
        List.copyOf(examples));
  }

  private void example(String text) {
    if (examples.size() < MAX_EXAMPLES) {
      examples.add(text);
    }
  }

  /** What one user sends to one session: kept in the order in which he sent it. */
  private record Line(int sender, SessionId session) {}

  /**
   * A stored message.
   *
   * @param seq its place in the session
   * @param index its place among the run's messages, -1 for the server's own
   */
  public record StoredEntry(long seq, int index) {}
}
