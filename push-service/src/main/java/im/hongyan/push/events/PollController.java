package im.hongyan.push.events;

import im.hongyan.identity.Caller;
import im.hongyan.model.HongyanException;
import im.hongyan.push.outbox.UnacknowledgedPushes;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.springframework.http.MediaType;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * The long poll: the caller's oldest unacknowledged pushes, in order. What is not acknowledged with
 * {@code msg_recv} is answered again.
 */
@RestController
class PollController {
  private static final int MAX_LIMIT = 100;
  private static final long MAX_WAIT_MILLIS = 60_000;

  /** Another instance may have stored something, which rings no bell here. */
  private static final long LOOK_AGAIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final UnacknowledgedPushes pushes;
  private final PollBell bell;

  PollController(UnacknowledgedPushes pushes, PollBell bell) {
    this.pushes = pushes;
    this.bell = bell;
  }

  /** Waits up to {@code waitMs} for something to be there. Runs on a virtual thread of its own. */
  @GetMapping(path = "/api/v1/events/poll", produces = MediaType.APPLICATION_JSON_VALUE)
  byte[] poll(
      Caller caller,
      @RequestParam(name = "limit", defaultValue = "50") int limit,
      @RequestParam(name = "waitMs", defaultValue = "25000") long waitMs)
      throws InterruptedException {
    if (limit < 1 || limit > MAX_LIMIT) {
      throw HongyanException.badRequest("limit: %d (expected: 1 to %d)", limit, MAX_LIMIT);
    }
    if (waitMs < 0 || waitMs > MAX_WAIT_MILLIS) {
      throw HongyanException.badRequest("waitMs: %d (expected: 0 to %d)", waitMs, MAX_WAIT_MILLIS);
    }
    long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(waitMs);
    // Waits from before the first look, so that nothing is missed between the two.
    try (PollBell.Waiting waiting = bell.wait(caller.user())) {
      while (true) {
        List<byte[]> found = pushes.oldest(caller.user(), limit);
        long left = until - System.nanoTime();
        if (!found.isEmpty() || left <= 0) {
          return answer(found);
        }
        waiting.await(Math.min(left, LOOK_AGAIN_NANOS));
      }
    }
  }

  private static byte[] answer(List<byte[]> events) {
    ByteArrayOutputStream json = new ByteArrayOutputStream();
    json.writeBytes("{\"events\":[".getBytes(StandardCharsets.US_ASCII));
    for (int i = 0; i < events.size(); i++) {
      if (i > 0) {
        json.write(',');
      }
      json.writeBytes(events.get(i));
    }
    json.writeBytes("]}".getBytes(StandardCharsets.US_ASCII));
    return json.toByteArray();
  }
}
