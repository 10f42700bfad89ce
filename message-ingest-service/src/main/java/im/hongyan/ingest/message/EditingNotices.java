package im.hongyan.ingest.message;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import im.hongyan.ingest.command.Answer;
import im.hongyan.ingest.command.Command;
import im.hongyan.ingest.reply.Replies;
import im.hongyan.model.HongyanException;
import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.ClientMessage.MsgEditing;
import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.ServerMessage.MsgEditingReply;
import im.hongyan.model.wire.SessionView;
import java.time.Duration;
import java.util.Optional;

/**
 * Tells the other members that somebody is writing: not stored, at most once in a while for each
 * user and session, and not at all in sessions that are too large for it to matter.
 */
public final class EditingNotices {
  private final Memberships memberships;
  private final Replies replies;
  private final Duration interval;
  private final int maxMembers;
  private final Ticker ticker;

  /** When each writer was last passed on. */
  private final Cache<Writer, Long> told;

  EditingNotices(
      Memberships memberships, Replies replies, Duration interval, int maxMembers, Ticker ticker) {
    this.memberships = memberships;
    this.replies = replies;
    this.interval = interval;
    this.maxMembers = maxMembers;
    this.ticker = ticker;
    this.told =
        Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterWrite(interval)
            .ticker(ticker)
            .build();
  }

  private record Writer(UserId user, SessionId session) {}

  /** Passes a notice on. No later command has to wait for it. */
  public Answer editing(Command command, MsgEditing message) {
    Writer writer = new Writer(command.sender(), message.session());
    Long last = told.getIfPresent(writer);
    if (last != null) {
      long left = interval.toNanos() - (ticker.read() - last);
      return Answer.refused(
          HongyanException.rateLimited(
              "msg_editing more than once in %d ms".formatted(interval.toMillis()),
              Duration.ofMillis(Math.max(1, Math.ceilDiv(left, 1_000_000L)))));
    }
    told.put(writer, ticker.read());
    return Answer.unordered(
        memberships
            .of(message.session(), command.sender())
            .thenApply(
                session -> {
                  tellOthers(session, command.sender());
                  return Optional.of(Reply.ok(message.type(), command.sender()));
                }));
  }

  private void tellOthers(SessionView session, UserId writer) {
    if (session.members().size() > maxMembers) {
      return;
    }
    for (UserId member : session.members()) {
      if (!member.equals(writer)) {
        replies.tell(member, new MsgEditingReply(member, session.id(), writer));
      }
    }
  }
}
