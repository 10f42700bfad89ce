package im.hongyan.embedded.mqtt;

import com.google.common.primitives.ImmutableIntArray;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Which connections have subscribed to which topic. Thread-safe. */
final class ClientOutlets {
  /** By topic, then by connection, with the identifiers of its subscription. */
  private final Map<String, Map<ClientOutlet, ImmutableIntArray>> byTopic =
      new ConcurrentHashMap<>();

  void add(String topic, ClientOutlet outlet, ImmutableIntArray subscriptionIdentifiers) {
    byTopic.compute(
        topic,
        (key, others) -> {
          Map<ClientOutlet, ImmutableIntArray> all =
              others == null ? new ConcurrentHashMap<>(2) : others;
          all.put(outlet, subscriptionIdentifiers);
          return all;
        });
  }

  void remove(String topic, ClientOutlet outlet) {
    byTopic.computeIfPresent(
        topic,
        (key, others) -> {
          others.remove(outlet);
          return others.isEmpty() ? null : others;
        });
  }

  /** Publishes to all connections of a topic, which may be none. */
  void publish(String topic, byte[] payload) {
    Map<ClientOutlet, ImmutableIntArray> subscribers = byTopic.get(topic);
    if (subscribers != null) {
      subscribers.forEach((outlet, identifiers) -> outlet.publish(topic, payload, identifiers));
    }
  }
}
