package im.hongyan.push.client;

import im.hongyan.model.SessionId;
import im.hongyan.model.UserId;
import im.hongyan.model.wire.SessionView.LastMessage;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;

/**
 * Asks push-service. Blocking: call from virtual threads only. A refusal is a {@code
 * HongyanException} with the service's code; a service that cannot be reached is UNAVAILABLE.
 */
@FeignClient(
    name = "push-service",
    url = "${hongyan.push-client.url}",
    configuration = PushClientTimeouts.class)
public interface PushServiceClient {
  /** How some sessions stand for one of their members; the order is that of the query. */
  @PostMapping("/internal/v1/summaries")
  Summaries summaries(@RequestBody SummaryQuery query);

  /**
   * What is asked for.
   *
   * @param member who asks; that he is one has been made sure of
   * @param sessions at most 100
   */
  record SummaryQuery(UserId member, List<SessionId> sessions) {}

  /**
   * The answer.
   *
   * @param summaries one for each session
   */
  record Summaries(List<Summary> summaries) {}

  /**
   * How a session stands for a member.
   *
   * @param session which
   * @param read the last message that he has read, 0 where he has read none
   * @param unread how many messages of others stand behind it: at most 100, which stands for all
   *     that are more
   * @param last the last message that a member has sent; absent where none has lately
   */
  record Summary(SessionId session, long read, int unread, @Nullable LastMessage last) {}
}
