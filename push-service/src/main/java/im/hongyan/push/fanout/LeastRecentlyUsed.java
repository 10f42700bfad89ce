package im.hongyan.push.fanout;

import java.util.LinkedHashMap;
import java.util.Map;

/** Maps that forget what has not been used for longest. */
final class LeastRecentlyUsed {
  private LeastRecentlyUsed() {}

  static <K, V> Map<K, V> map(int size) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
        return size() > size;
      }
    };
  }
}
