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

  /** The gateway, and many a proxy, gives up after a minute; the answer has to be there by then. */
  private static final long MAX_WAIT_MILLIS = 50_000;

  private final UnacknowledgedPushes pushes;
  private final PollBell bell;
  private final Lookout lookout;

  PollController(UnacknowledgedPushes pushes, PollBell bell, Lookout lookout) {
    this.pushes = pushes;
    this.bell = bell;
    this.lookout = lookout;
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
      List<byte[]> found = pushes.oldest(caller.user(), limit);
      while (found.isEmpty() && isRung(waiting, until)) {
        found = pushes.oldest(caller.user(), limit);
      }
      return answer(found);
    }
  }

  /** Waits; false when time is up. */
  private boolean isRung(PollBell.Waiting waiting, long until) throws InterruptedException {
    for (long left = until - System.nanoTime(); left > 0; left = until - System.nanoTime()) {
      if (waiting.await(Math.min(left, Lookout.EVERY_NANOS))) {
        return true;
      }
      lookout.look();
    }
    return false;
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
