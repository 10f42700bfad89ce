package im.hongyan.session.commands;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionKind;
import im.hongyan.model.wire.SessionView;
import im.hongyan.model.wire.SessionView.Own;
import im.hongyan.model.wire.UserStatus;
import im.hongyan.push.client.PushServiceClient.Summary;
import im.hongyan.session.conversation.Conversation;
import im.hongyan.session.presence.Peers;
import im.hongyan.session.store.SessionPage;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Sessions as one of their members sees them: with what concerns him alone. */
final class MemberViews {
  private final Summaries summaries;
  private final Peers peers;

  MemberViews(Summaries summaries, Peers peers) {
    this.summaries = summaries;
    this.peers = peers;
  }

  List<SessionView> of(UserId member, SessionPage page) {
    List<SessionId> ids = page.sessions().stream().map(Conversation::id).toList();
    Map<SessionId, Summary> known = summaries.of(member, ids);
    Set<UserId> others =
        page.sessions().stream()
            .flatMap(session -> peer(member, session).stream())
            .collect(Collectors.toSet());
    Map<UserId, UserStatus> statuses = peers.of(others);
    return page.sessions().stream()
        .map(
            session ->
                session
                    .view()
                    .with(
                        own(
                            page.muted().contains(session.id()),
                            peer(member, session).map(statuses::get).orElse(null),
                            known.get(session.id()))))
        .toList();
  }

  /** The other one of a single session, while he is in it. */
  private static Optional<UserId> peer(UserId member, Conversation session) {
    return session.kind() == SessionKind.SINGLE
        ? session.members().stream().filter(user -> !user.equals(member)).findFirst()
        : Optional.empty();
  }

  private static Own own(boolean muted, @Nullable UserStatus peer, @Nullable Summary summary) {
    return summary == null
        ? new Own(muted, peer, null, null, null)
        : new Own(muted, peer, summary.read(), summary.unread(), summary.last());
  }
}
