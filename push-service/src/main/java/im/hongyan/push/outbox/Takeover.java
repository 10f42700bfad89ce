package im.hongyan.push.outbox;

import im.hongyan.model.UserId;
import im.hongyan.model.event.ReceiverEvent.TakenOver;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who owns a partition, and what he does about it once: nobody may know that something had been
 * stored for a receiver and not been published, or not been acknowledged. Belongs to the
 * partition's thread.
 */
final class Takeover {
  private static final Logger log = LoggerFactory.getLogger(Takeover.class);

  private final int partition;
  private final OutboxTools tools;
  private final HeldReceivers receivers;

  /** Events have come, so this is the active owner. */
  private boolean active;

  /** Done when the event that tells the active owner that he is it is durable. */
  private CompletableFuture<@Nullable Void> wakeUp = CompletableFuture.completedFuture(null);

  /** After taking over: the search for receivers who wait; null when it is done. */
  private @Nullable WaitingReceivers search;

  /** Found by the search; whether they are there has not been asked yet. */
  private final Set<UserId> waiting = new LinkedHashSet<>();

  Takeover(int partition, OutboxTools tools, HeldReceivers receivers) {
    this.partition = partition;
    this.tools = tools;
    this.receivers = receivers;
  }

  /** Somebody else may have owned the partition, or owns it: whoever does is told so. */
  void reset() {
    active = false;
    search = new WaitingReceivers(tools.store(), tools.properties().recoveryPage());
    waiting.clear();
    wakeUp();
  }

  private void wakeUp() {
    wakeUp = tools.deliveries().publish(partition, new TakenOver());
  }

  void eventsHaveCome() {
    active = true;
  }

  boolean isActive() {
    return active;
  }

  /** Tells again what the broker has not confirmed. */
  void wakeUpAgain() {
    if (wakeUp.isCompletedExceptionally()) {
      wakeUp();
    }
  }

  /** Sends some of those something who wait for it: they are looked for a part at a time. */
  void recover(Round round) {
    if (search == null && waiting.isEmpty()) {
      return;
    }
    int page = tools.properties().recoveryPage();
    long until = tools.now() + tools.properties().recoveryTime().toMillis();
    do {
      lookForWaiting();
    } while (search != null && waiting.size() < page && tools.now() < until);
    waiting.removeIf(receivers::contains);
    if (waiting.isEmpty()) {
      return;
    }
    Optional<Set<UserId>> online = tools.presence().online(waiting);
    if (online.isEmpty()) {
      return; // It is asked again at the next tick.
    }
    waiting.retainAll(online.get());
    receivers.openOnline(waiting);
    for (UserId user : waiting) {
      Held held = receivers.held(user);
      round.run(held, held.outbox().restart(tools.now()));
    }
    log.debug("Partition {}: {} receivers were waiting", partition, waiting.size());
    waiting.clear();
  }

  private void lookForWaiting() {
    if (search == null) {
      return;
    }
    List<UserId> found = search.next();
    if (found.isEmpty()) {
      search = null;
    }
    for (UserId user : found) {
      if (tools.deliveries().partitionOf(user) == partition) {
        waiting.add(user);
      }
    }
  }
}
