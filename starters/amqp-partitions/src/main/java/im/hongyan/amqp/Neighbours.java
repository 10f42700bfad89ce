package im.hongyan.amqp;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which other instances could take over partitions: those that were heard of lately. */
final class Neighbours {
  private final long keepNanos;
  private final Map<String, Long> heardAt = new ConcurrentHashMap<>();

  Neighbours(long keepNanos) {
    this.keepNanos = keepNanos;
  }

  void heard(String instance, long now) {
    heardAt.put(instance, now);
  }

  int count(long now) {
    heardAt.values().removeIf(at -> now - at > keepNanos);
    return heardAt.size();
  }
}
