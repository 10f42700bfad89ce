package im.hongyan.session.commands;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.push.client.PushServiceClient.Summary;
import java.util.List;
import java.util.Map;

/** Knows how sessions stand for one of their members. */
@FunctionalInterface
interface Summaries {
  /** Those that can be found out now. Blocking, never fails. */
  Map<SessionId, Summary> of(UserId member, List<SessionId> sessions);
}
