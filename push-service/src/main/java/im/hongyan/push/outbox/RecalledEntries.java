package im.hongyan.push.outbox;

import im.hongyan.model.DeliveryId;
import im.hongyan.model.MessageId;
import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent.Deliver;
import im.hongyan.model.event.ReceiverEvent.Recalled;
import im.hongyan.push.outbox.OutboxStore.StoredEntry;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the entries of a recalled message out of the outboxes of a partition. Belongs to the
 * partition's thread.
 *
 * <p>Who is told of a recall depends on what was known when it was first handled, and comes out the
 * same when it is handled again. First the entries that nobody has got are recalled; then the
 * others' notices are stored; then the others' entries are recalled. So an entry that is recalled
 * although no notice is stored is one that nobody has got.
 */
final class RecalledEntries {
  private final OutboxTools tools;
  private final HeldReceivers receivers;

  RecalledEntries(OutboxTools tools, HeldReceivers receivers) {
    this.tools = tools;
    this.receivers = receivers;
  }

  /**
   * Recalls the entries that were never handed over.
   *
   * @return the notice to all but their receivers; who gets it must have been opened
   */
  Deliver recallUnseen(Recalled recalled) {
    Deliver notice = recalled.notice();
    Map<DeliveryId, UserId> entries = entries(recalled.message(), recalled.holders());
    Map<DeliveryId, StoredEntry> stored = tools.store().find(entries.keySet());
    Set<UserId> members = new HashSet<>(notice.receivers());
    List<DeliveryId> unseen = new ArrayList<>();
    for (Map.Entry<DeliveryId, UserId> entry : entries.entrySet()) {
      StoredEntry found = stored.get(entry.getKey());
      if (found != null
          && !found.cancelled()
          && !found.handedOut()
          && members.contains(entry.getValue())
          && !receivers.held(entry.getValue()).outbox().mayHaveSent(found.seq())) {
        unseen.add(entry.getKey());
      }
    }
    tools.store().recallUnseen(unseen);
    // What somebody has polled in between has not been recalled.
    Set<UserId> spared = new HashSet<>();
    for (StoredEntry entry : tools.store().find(entries.keySet()).values()) {
      if (entry.cancelled()) {
        spared.add(entry.receiver());
      }
    }
    spared.removeAll(told(notice, spared));
    List<UserId> told =
        notice.receivers().stream().filter(receiver -> !spared.contains(receiver)).toList();
    tools.metrics().recalledUnseen.increment(unseen.size());
    return withReceivers(notice, told);
  }

  /** Those of {@code receivers} into whose outboxes the notice has been put. */
  private Set<UserId> told(Deliver notice, Set<UserId> some) {
    Set<UserId> told = new HashSet<>();
    tools
        .store()
        .find(entries(notice.message(), some).keySet())
        .values()
        .forEach(entry -> told.add(entry.receiver()));
    return told;
  }

  /** Recalls all entries: those that are unacknowledged are not sent again. */
  void recallRest(Recalled recalled) {
    tools.store().recall(entries(recalled.message(), recalled.holders()).keySet());
  }

  private static Map<DeliveryId, UserId> entries(MessageId message, Collection<UserId> users) {
    Map<DeliveryId, UserId> entries = new LinkedHashMap<>();
    users.forEach(user -> entries.put(DeliveryId.of(message, user), user));
    return entries;
  }

  private static Deliver withReceivers(Deliver notice, List<UserId> receivers) {
    return new Deliver(
        notice.message(),
        notice.session(),
        notice.seq(),
        notice.sender(),
        notice.content(),
        notice.expire(),
        notice.createdAt(),
        receivers,
        List.of());
  }
}
