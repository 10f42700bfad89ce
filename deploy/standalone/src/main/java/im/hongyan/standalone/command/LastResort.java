package im.hongyan.standalone.command;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Ends the process where stopping in order takes too long; nothing acknowledged is lost by it. */
final class LastResort {
  private static final int TERMINATED = 143;

  private LastResort() {}

  static void after(Duration patience) {
    Thread.ofPlatform()
        .daemon()
        .name("last-resort")
        .start(
            () -> {
              long end = System.nanoTime() + patience.toNanos();
              for (long left = patience.toNanos(); left > 0; left = end - System.nanoTime()) {
                LockSupport.parkNanos(left);
              }
              Runtime.getRuntime().halt(TERMINATED);
            });
  }
}
