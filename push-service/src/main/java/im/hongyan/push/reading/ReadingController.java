package im.hongyan.push.reading;

import im.hongyan.identity.Caller;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.session.client.SessionDirectory;
import java.util.List;
import java.util.Set;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** How far the members of a session have read, for its members. */
@RestController
class ReadingController {
  private final SessionDirectory sessions;
  private final ReadPositions positions;

  ReadingController(SessionDirectory sessions, ReadPositions positions) {
    this.sessions = sessions;
    this.positions = positions;
  }

  /** The positions of all who are members now. */
  @GetMapping("/api/v1/sessions/{id}/reads")
  Reads reads(Caller caller, @PathVariable("id") String id) {
    SessionId session = new SessionId(id);
    Set<UserId> members = Set.copyOf(sessions.memberView(session, caller.user()).members());
    return new Reads(
        positions.of(session).stream()
            .filter(position -> members.contains(position.user()))
            .map(position -> new Read(position.user(), position.seq(), position.updatedAt()))
            .toList());
  }

  /**
   * The answer.
   *
   * @param reads how far each has read
   */
  record Reads(List<Read> reads) {}

  /**
   * How far one has read.
   *
   * @param user who
   * @param seq the last message
   * @param updatedAt when he said so, milliseconds since 1970
   */
  record Read(UserId user, long seq, long updatedAt) {}
}
