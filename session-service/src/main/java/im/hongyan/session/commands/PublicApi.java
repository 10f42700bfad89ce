package im.hongyan.session.commands;

import im.hongyan.identity.Caller;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.SessionView;
import im.hongyan.session.store.SessionPage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** The session messages as resources. */
@RestController
@RequestMapping("/api/v1/sessions")
class PublicApi {
  private final Sessions sessions;
  private final MemberViews views;

  PublicApi(Sessions sessions, MemberViews views) {
    this.sessions = sessions;
    this.views = views;
  }

  /** {@code session_create}; the header does what {@code requestId} does there. */
  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  SessionView create(
      Caller caller,
      @RequestHeader(name = "Idempotency-Key", required = false) @Nullable String requestId,
      @RequestBody ClientMessage.SessionCreate wanted) {
    return one(
        caller,
        new Request(new im.hongyan.model.wire.RequestHeader(null, null, null, requestId), wanted));
  }

  /** {@code session_list}. */
  @GetMapping
  Page list(
      Caller caller,
      @RequestParam(required = false) @Nullable String after,
      @RequestParam(required = false) @Nullable Integer limit) {
    SessionPage page =
        sessions.run(caller.user(), plain(new ClientMessage.SessionList(after, limit)));
    return new Page(views.of(caller.user(), page), page.next());
  }

  /** One of the caller's sessions. */
  @GetMapping("/{id}")
  SessionView get(Caller caller, @PathVariable String id) {
    return views.of(caller.user(), sessions.shownTo(caller.user(), new SessionId(id))).getFirst();
  }

  /** {@code session_update}. */
  @PatchMapping("/{id}")
  SessionView update(Caller caller, @PathVariable String id, @RequestBody Update wanted) {
    return one(
        caller,
        plain(
            new ClientMessage.SessionUpdate(
                new SessionId(id),
                wanted.name(),
                wanted.avatar(),
                wanted.muted(),
                wanted.admins())));
  }

  /** {@code session_add_user}. */
  @PostMapping("/{id}/members")
  SessionView add(Caller caller, @PathVariable String id, @RequestBody Members wanted) {
    return one(
        caller, plain(new ClientMessage.SessionAddUser(new SessionId(id), wanted.members())));
  }

  /** {@code session_remove_user}; of oneself, {@code session_exit}. */
  @DeleteMapping("/{id}/members/{userId}")
  SessionView remove(Caller caller, @PathVariable String id, @PathVariable String userId) {
    SessionId session = new SessionId(id);
    UserId user = new UserId(userId);
    return one(
        caller,
        plain(
            user.equals(caller.user())
                ? new ClientMessage.SessionExit(session)
                : new ClientMessage.SessionRemoveUser(session, List.of(user))));
  }

  private SessionView one(Caller caller, Request request) {
    return sessions.run(caller.user(), request).sessions().getFirst().view();
  }

  private static Request plain(ClientMessage message) {
    return new Request(im.hongyan.model.wire.RequestHeader.EMPTY, message);
  }

  /**
   * Who is invited.
   *
   * @param members whom
   */
  record Members(List<UserId> members) {}

  /**
   * What changes; what is absent stays.
   *
   * @param name what it is called
   * @param avatar link to its picture
   * @param muted whether the caller wants no offline pushes
   * @param admins who helps the owner
   */
  record Update(
      @Nullable String name,
      @Nullable String avatar,
      @Nullable Boolean muted,
      @Nullable List<UserId> admins) {}

  /**
   * Some of the caller's sessions, newest change first.
   *
   * @param sessions the sessions
   * @param next where the next page begins; absent on the last
   */
  record Page(List<SessionView> sessions, @Nullable String next) {}
}
