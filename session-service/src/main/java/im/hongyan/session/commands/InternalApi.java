package im.hongyan.session.commands;

import im.hongyan.codec.ParsedRequest;
import im.hongyan.codec.WireCodec;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.Request;
import im.hongyan.model.wire.SessionView;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.store.SessionPage;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

/** What other services ask; the contract is the session client's. */
@RestController
class InternalApi {
  private final Sessions sessions;
  private final MemberViews views;
  private final WireCodec codec = new WireCodec();

  InternalApi(Sessions sessions, MemberViews views) {
    this.sessions = sessions;
    this.views = views;
  }

  /** A client's message as it came; refusals are replies, too. */
  @PostMapping("/internal/v1/commands")
  Reply command(@RequestHeader("X-Hongyan-Sender") String sender, @RequestBody byte[] message) {
    UserId user = new UserId(sender);
    return switch (codec.parse(message)) {
      case ParsedRequest.Invalid invalid -> invalid.reply(user);
      case ParsedRequest.Valid valid -> reply(user, valid.request());
    };
  }

  /** The session as it is now, also when it is invalid. */
  @GetMapping("/internal/v1/sessions/{id}")
  SessionView session(@PathVariable String id) {
    return sessions
        .find(new SessionId(id))
        .orElseThrow(
            () -> HongyanException.notFound("session: %s (expected: an existing session)", id))
        .view();
  }

  private Reply reply(UserId user, Request request) {
    String type = request.message().type();
    Reply reply;
    try {
      SessionPage page = sessions.run(user, request);
      List<SessionView> shown =
          request.message() instanceof ClientMessage.SessionList
              ? views.of(user, page)
              : page.sessions().stream().map(Conversation::view).toList();
      reply = Reply.ok(type, user).withSessions(shown, page.next());
    } catch (HongyanException e) {
      reply = Reply.failed(type, user, e);
    }
    return reply.withRequestId(request.header().requestId());
  }
}
