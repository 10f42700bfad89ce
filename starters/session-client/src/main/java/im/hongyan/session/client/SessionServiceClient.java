package im.hongyan.session.client;

import im.hongyan.model.wire.Reply;
import im.hongyan.model.wire.SessionView;
import org.springframework.cloud.openfeign.FeignClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;

/**
 * Asks session-service. Blocking: call from virtual threads only. A refusal is a {@code
 * HongyanException} with the service's code; a service that cannot be reached is UNAVAILABLE.
 */
@FeignClient(
    name = "session-service",
    url = "${hongyan.session-client.url}",
    configuration = SessionClientTimeouts.class)
public interface SessionServiceClient {
  /** The header that names whose message is forwarded. */
  String SENDER = "X-Hongyan-Sender";

  /** Hands over a {@code session_*} message as the client sent it. */
  @PostMapping(path = "/internal/v1/commands", consumes = "application/json")
  Reply command(@RequestHeader(SENDER) String sender, @RequestBody byte[] message);

  /** The session as it is now, also when it is invalid; NOT_FOUND where there never was one. */
  @GetMapping("/internal/v1/sessions/{id}")
  SessionView session(@PathVariable("id") String id);
}
