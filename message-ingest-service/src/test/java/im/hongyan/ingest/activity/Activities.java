package im.hongyan.ingest.activity;

import im.hongyan.auth.client.AuthBridgeClient;
import java.time.Clock;

/** Makes activity reports for tests. */
public final class Activities {
  private Activities() {}

  public static ActivityReports of(AuthBridgeClient authBridge, Clock clock) {
    return new ActivityReports(authBridge, clock, 1000);
  }

  public static void report(ActivityReports reports) {
    reports.report();
  }
}
