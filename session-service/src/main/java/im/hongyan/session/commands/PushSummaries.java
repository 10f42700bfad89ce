package im.hongyan.session.commands;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.push.client.PushServiceClient;
import im.hongyan.push.client.PushServiceClient.Summary;
import im.hongyan.push.client.PushServiceClient.SummaryQuery;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks push-service. While it is down, sessions are listed without. */
final class PushSummaries implements Summaries {
  private static final Logger log = LoggerFactory.getLogger(PushSummaries.class);

  private final PushServiceClient push;

  PushSummaries(PushServiceClient push) {
    this.push = push;
  }

  @Override
  public Map<SessionId, Summary> of(UserId member, List<SessionId> sessions) {
    if (sessions.isEmpty()) {
      return Map.of();
    }
    try {
      return push.summaries(new SummaryQuery(member, sessions)).summaries().stream()
          .collect(Collectors.toMap(Summary::session, Function.identity()));
    } catch (RuntimeException e) {
      log.warn("{} sessions are listed without what is unread: {}", sessions.size(), e.toString());
      return Map.of();
    }
  }
}
