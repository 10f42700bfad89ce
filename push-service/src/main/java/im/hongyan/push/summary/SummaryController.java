package im.hongyan.push.summary;

import im.hongyan.model.HongyanException;
import im.hongyan.push.client.PushServiceClient.Summaries;
import im.hongyan.push.client.PushServiceClient.SummaryQuery;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** What session-service asks; the contract is the push client's. */
@RestController
class SummaryController {
  private static final int MAX_SESSIONS = 100;

  private final SessionSummaries summaries;

  SummaryController(SessionSummaries summaries) {
    this.summaries = summaries;
  }

  /** How some sessions stand for one of their members. */
  @PostMapping("/internal/v1/summaries")
  Summaries summaries(@RequestBody SummaryQuery query) {
    if (query.sessions().size() > MAX_SESSIONS) {
      throw HongyanException.badRequest(
          "sessions: %d (expected: at most %d)", query.sessions().size(), MAX_SESSIONS);
    }
    return new Summaries(summaries.of(query.member(), query.sessions()));
  }
}
