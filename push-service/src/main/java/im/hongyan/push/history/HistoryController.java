package im.hongyan.push.history;

import im.hongyan.identity.Caller;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.push.message.MessageStore;
import im.hongyan.push.message.StoredMessage;
import im.hongyan.push.reading.ReadPosition;
import im.hongyan.push.reading.ReadPositions;
import im.hongyan.session.client.SessionDirectory;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The messages of a session, for its members. */
@RestController
class HistoryController {
  private static final int MAX_LIMIT = 100;

  private final SessionDirectory sessions;
  private final MessageStore messages;
  private final ReadPositions positions;
  private final HistoryJson json;
  private final HistoryProperties properties;

  HistoryController(
      SessionDirectory sessions,
      MessageStore messages,
      ReadPositions positions,
      HistoryJson json,
      HistoryProperties properties) {
    this.sessions = sessions;
    this.messages = messages;
    this.positions = positions;
    this.json = json;
    this.properties = properties;
  }

  /** A page in ascending order: the newest one, or the one before or after a place. */
  @GetMapping(path = "/api/v1/sessions/{id}/messages", produces = MediaType.APPLICATION_JSON_VALUE)
  byte[] page(
      Caller caller,
      @PathVariable("id") String id,
      @RequestParam(name = "before", required = false) @Nullable Long before,
      @RequestParam(name = "after", required = false) @Nullable Long after,
      @RequestParam(name = "limit", defaultValue = "50") int limit) {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw HongyanException.badRequest("limit: %d (expected: 1 to %d)", limit, MAX_LIMIT);
    }
    if (before != null && after != null) {
      throw HongyanException.badRequest("before and after: both given (expected: one of them)");
    }
    SessionId session = new SessionId(id);
    sessions.memberView(session, caller.user());
    long first = properties.fromJoining() ? joined(caller.user(), session) : 1;
    List<StoredMessage> page =
        after == null
            ? messages.preceding(session, before == null ? Long.MAX_VALUE : before, limit).stream()
                .filter(message -> message.seq() >= first)
                .toList()
            : messages.following(session, Math.max(after, first - 1), limit);
    return json.write(page, caller.user());
  }

  /** Where he came in; behind everything where his coming in is still on its way here. */
  private long joined(UserId member, SessionId session) {
    ReadPosition position = positions.of(member, List.of(session)).get(session);
    return position == null ? Long.MAX_VALUE : position.joined();
  }
}
