package im.hongyan.push.summary;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionView.LastMessage;
import im.hongyan.push.client.PushServiceClient.Summary;
import im.hongyan.push.message.ContentBson;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.reading.ReadPosition;
import im.hongyan.push.reading.ReadPositions;
import im.hongyan.push.store.PushStore;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How sessions stand for one of their members. What it costs is bounded, whatever is unread: a page
 * of each session's end, and where something is unread some pages of its beginnings. Blocking.
 */
final class SessionSummaries {
  /** More are not counted. */
  static final int MAX_UNREAD = 100;

  /** The last message of a member is looked for among so many. */
  private static final int END = 20;

  private static final int PAGE = 200;
  private static final int MAX_PAGES = 5;
  private static final int PARALLEL_READS = 8;

  private final PushStore store;
  private final MessageStore messages;
  private final ReadPositions positions;
  private final ContentBson contents;

  SessionSummaries(
      PushStore store, MessageStore messages, ReadPositions positions, ContentBson contents) {
    this.store = store;
    this.messages = messages;
    this.positions = positions;
    this.contents = contents;
  }

  List<Summary> of(UserId member, List<SessionId> sessions) {
    Map<SessionId, ReadPosition> read = positions.of(member, sessions);
    return store.readEach(
        sessions,
        PARALLEL_READS,
        session -> {
          ReadPosition position = read.get(session);
          return position == null
              ? new Summary(session, 0, 0, null)
              : summary(member, session, position);
        });
  }

  /** What was said before he came in is none of it. */
  private Summary summary(UserId member, SessionId session, ReadPosition position) {
    long read = position.seq();
    List<StoredMessage> end =
        messages.preceding(session, Long.MAX_VALUE, END).stream()
            .filter(message -> message.seq() >= position.joined())
            .toList();
    StoredMessage last =
        end.reversed().stream().filter(SessionSummaries::isOfAMember).findFirst().orElse(null);
    return new Summary(session, read, unread(member, session, read, end), shown(last));
  }

  private int unread(UserId member, SessionId session, long read, List<StoredMessage> end) {
    if (end.isEmpty() || end.getLast().seq() <= read) {
      return 0;
    }
    if (end.getFirst().seq() <= read + 1) {
      return (int) end.stream().filter(one -> counts(one, member) && one.seq() > read).count();
    }
    int unread = 0;
    long after = read;
    for (int page = 0; page < MAX_PAGES && unread < MAX_UNREAD; page++) {
      List<StoredMessage> next = messages.following(session, after, PAGE);
      unread += (int) next.stream().filter(one -> counts(one, member)).count();
      if (next.size() < PAGE) {
        break;
      }
      after = next.getLast().seq();
    }
    return Math.min(unread, MAX_UNREAD);
  }

  private static boolean counts(StoredMessage message, UserId reader) {
    return isOfAMember(message) && !message.cancelled() && !message.sender().equals(reader);
  }

  private static boolean isOfAMember(StoredMessage message) {
    return message.clientMsgId() != null && !message.rejected();
  }

  private @Nullable LastMessage shown(@Nullable StoredMessage last) {
    return last == null
        ? null
        : new LastMessage(
            last.id(),
            last.seq(),
            last.sender(),
            last.cancelled() ? null : contents.fromJson(last.content().utf8()),
            last.cancelled() ? true : null,
            last.createdAt());
  }
}
