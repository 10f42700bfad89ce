package im.hongyan.session.presence;

import im.hongyan.amqp.PartitionHandler;
import im.hongyan.amqp.Partitioner;
import im.hongyan.amqp.StreamPublisher;
import im.hongyan.amqp.StreamPublisher.Placed;
import im.hongyan.model.UserId;
import im.hongyan.model.event.PresenceEvent;
import im.hongyan.model.event.PresenceEvent.StatusChanged;
import im.hongyan.model.event.ReceiverEvent;
import im.hongyan.model.event.ReceiverEvent.Notified;
import im.hongyan.model.wire.ServerMessage.StatusNotice;
import im.hongyan.model.wire.UserStatus;
import im.hongyan.session.store.SessionStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Tells the peers of users, those with whom they have a single session, how these are: the peers
 * who are there, and only what has not been told before. Of a batch the last state of each user
 * counts, and all together cost two questions, so a crowd that comes back at once does not cost one
 * for each.
 */
final class PeerNotices implements PartitionHandler<PresenceEvent> {
  private static final int MAX_REMEMBERED = 50_000;
  private static final long PATIENCE_SECONDS = 30;

  private final SessionStore store;
  private final Peers peers;
  private final StreamPublisher<ReceiverEvent> deliveries;
  private final Partitioner partitioner;

  /** What was told of whom last; used by all partitions' threads. */
  private final Map<UserId, UserStatus> told =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<UserId, UserStatus> eldest) {
          return size() > MAX_REMEMBERED;
        }
      };

  PeerNotices(
      SessionStore store,
      Peers peers,
      StreamPublisher<ReceiverEvent> deliveries,
      Partitioner partitioner) {
    this.store = store;
    this.peers = peers;
    this.deliveries = deliveries;
    this.partitioner = partitioner;
  }

  @Override
  public void handle(int partition, List<PresenceEvent> events) throws Exception {
    Map<UserId, UserStatus> news = news(events);
    if (news.isEmpty()) {
      return;
    }
    Map<UserId, Set<UserId>> peersOf = store.peers(news.keySet());
    Set<UserId> all = new HashSet<>();
    peersOf.values().forEach(all::addAll);
    Map<UserId, UserStatus> statuses = peers.of(all);
    List<Placed<ReceiverEvent>> notices = new ArrayList<>();
    peersOf.forEach(
        (user, ofUser) ->
            byPartition(ofUser, statuses)
                .forEach(
                    (where, receivers) ->
                        notices.add(
                            new Placed<>(
                                where,
                                new Notified(
                                    receivers,
                                    new StatusNotice(
                                        user, news.getOrDefault(user, UserStatus.OFFLINE)))))));
    if (!notices.isEmpty()) {
      deliveries.publishInOrder(notices).get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }
    synchronized (told) {
      told.putAll(news);
    }
  }

  /** Another instance may have told something since. */
  @Override
  public void reset(int partition) {
    synchronized (told) {
      told.clear();
    }
  }

  private Map<UserId, UserStatus> news(List<PresenceEvent> events) {
    Map<UserId, UserStatus> news = new LinkedHashMap<>();
    for (PresenceEvent event : events) {
      switch (event) {
        case StatusChanged changed -> news.put(changed.user(), changed.status());
        // Of no interest any more when this version is replaced by one that could read it.
        case PresenceEvent.Unknown unknown -> {}
      }
    }
    synchronized (told) {
      news.entrySet().removeIf(one -> one.getValue() == told.get(one.getKey()));
    }
    return news;
  }

  /** Those who are there, by the partitions of their outboxes. */
  private Map<Integer, List<UserId>> byPartition(
      Set<UserId> users, Map<UserId, UserStatus> statuses) {
    Map<Integer, List<UserId>> byPartition = new TreeMap<>();
    for (UserId user : users) {
      if (statuses.getOrDefault(user, UserStatus.OFFLINE) != UserStatus.OFFLINE) {
        byPartition
            .computeIfAbsent(partitioner.partitionOf(user.value()), key -> new ArrayList<>())
            .add(user);
      }
    }
    return byPartition;
  }
}
