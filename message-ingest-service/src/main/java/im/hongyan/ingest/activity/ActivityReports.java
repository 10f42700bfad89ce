package im.hongyan.ingest.activity;

import im.hongyan.auth.client.AuthBridgeClient;
import im.hongyan.auth.client.AuthBridgeClient.Activity;
import im.hongyan.auth.client.AuthBridgeClient.Seen;
import im.hongyan.model.DeviceId;
import im.hongyan.model.HongyanException;
import im.hongyan.model.UserId;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Remembers who has been heard of and tells auth-bridge from time to time, each device once. What
 * cannot be reported is forgotten: whoever is there will be heard of again.
 */
public final class ActivityReports {
  private static final Logger log = LoggerFactory.getLogger(ActivityReports.class);
  private static final int MAX_IN_REPORT = 1000;

  private final AuthBridgeClient authBridge;
  private final Clock clock;
  private final int maxDevices;

  /** Since the last report: when each device was last heard of. */
  private final Map<Device, Long> heard = new ConcurrentHashMap<>();

  ActivityReports(AuthBridgeClient authBridge, Clock clock, int maxDevices) {
    this.authBridge = authBridge;
    this.clock = clock;
    this.maxDevices = maxDevices;
  }

  private record Device(UserId user, @Nullable DeviceId device) {}

  /** Takes note of a sign of life; never blocks. */
  public void heardOf(UserId user, @Nullable DeviceId device) {
    if (heard.size() < maxDevices) {
      heard.put(new Device(user, device), clock.millis());
    }
  }

  /** Tells auth-bridge; blocking. */
  void report() {
    List<Seen> seen = new ArrayList<>();
    heard.forEach(
        (device, at) -> {
          if (heard.remove(device, at)) {
            seen.add(new Seen(device.user(), device.device(), at));
          }
        });
    try {
      for (int from = 0; from < seen.size(); from += MAX_IN_REPORT) {
        int to = Math.min(seen.size(), from + MAX_IN_REPORT);
        authBridge.active(new Activity(seen.subList(from, to)));
      }
    } catch (HongyanException e) {
      log.debug("{} devices' last activity is not reported: {}", seen.size(), e.getMessage());
    }
  }
}
