package im.hongyan.session.commands;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionView;
import im.hongyan.model.wire.SessionView.Own;
import im.hongyan.push.client.PushServiceClient.Summary;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.store.SessionPage;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Sessions as one of their members sees them: with what concerns him alone. */
final class MemberViews {
  private final Summaries summaries;

  MemberViews(Summaries summaries) {
    this.summaries = summaries;
  }

  List<SessionView> of(UserId member, SessionPage page) {
    List<SessionId> ids = page.sessions().stream().map(Conversation::id).toList();
    Map<SessionId, Summary> known = summaries.of(member, ids);
    return page.sessions().stream()
        .map(
            session ->
                session
                    .view()
                    .with(own(page.muted().contains(session.id()), known.get(session.id()))))
        .toList();
  }

  private static Own own(boolean muted, @Nullable Summary summary) {
    return summary == null
        ? new Own(muted, null, null, null)
        : new Own(muted, summary.read(), summary.unread(), summary.last());
  }
}
