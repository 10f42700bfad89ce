package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent.Acknowledged;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The last entries that were marked as delivered, with their receivers: a user's further devices
 * acknowledge them as well, and that costs nothing then. Belongs to the partition's thread.
 */
final class DeliveredLately {
  private static final int REMEMBERED = 4_096;

  private final Map<DeliveryId, UserId> receivers =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<DeliveryId, UserId> eldest) {
          return size() > REMEMBERED;
        }
      };

  void clear() {
    receivers.clear();
  }

  void add(DeliveryId id, UserId receiver) {
    receivers.put(id, receiver);
  }

  void addAll(Map<DeliveryId, UserId> delivered) {
    receivers.putAll(delivered);
  }

  /** Whether an acknowledgement tells nothing new. */
  boolean covers(Acknowledged acknowledged) {
    return !acknowledged.upTo()
        && acknowledged.receiver().equals(receivers.get(acknowledged.delivery()));
  }
}
