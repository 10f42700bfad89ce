package im.hongyan.push.outbox;

import im.hongyan.model.UserId;
import im.hongyan.push.pushing.EncodedPush;
import java.util.Collection;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The receivers of one partition who are in memory. Belongs to the partition's thread.
 *
 * <p>{@link #held} and {@link #find} are uses and change the order, so nobody may call them while
 * he iterates.
 */
final class HeldReceivers implements Iterable<Held> {
  private final OutboxTools tools;

  /** The longest unused first. */
  private final Map<UserId, Held> receivers = new LinkedHashMap<>(16, 0.75f, true);

  /** Those of them of whom nobody could tell whether they are online: they count as online. */
  private final Set<UserId> presenceUnknown = new LinkedHashSet<>();

  HeldReceivers(OutboxTools tools) {
    this.tools = tools;
  }

  void clear() {
    receivers.clear();
    presenceUnknown.clear();
  }

  int size() {
    return receivers.size();
  }

  boolean contains(UserId user) {
    return receivers.containsKey(user);
  }

  /** The longest unused first. */
  @Override
  public Iterator<Held> iterator() {
    return receivers.values().iterator();
  }

  /** Takes receivers into memory who are not there; whether they are online is asked. */
  void open(Collection<UserId> users) {
    Set<UserId> missing = missing(users);
    if (missing.isEmpty()) {
      return;
    }
    Optional<Set<UserId>> online = tools.presence().online(missing);
    // A push to nobody harms nobody.
    open(missing, online.orElse(missing));
    if (online.isEmpty()) {
      presenceUnknown.addAll(missing);
    }
  }

  /** The receiver's own events tell whether he is there. */
  void presenceIsKnown(UserId user) {
    presenceUnknown.remove(user);
  }

  /** Asks again about some of those of whom nobody could tell whether they are there. */
  void askWhoIsThere() {
    if (presenceUnknown.isEmpty()) {
      return;
    }
    Set<UserId> some = new LinkedHashSet<>();
    presenceUnknown.stream().limit(tools.properties().recoveryPage()).forEach(some::add);
    tools
        .presence()
        .online(some)
        .ifPresent(
            online -> {
              presenceUnknown.removeAll(some);
              some.removeAll(online);
              some.forEach(this::disconnected);
            });
  }

  private void disconnected(UserId user) {
    Held held = find(user);
    if (held != null) {
      held.outbox().disconnected();
    }
  }

  /** Takes receivers into memory who are not there and are known to be online. */
  void openOnline(Collection<UserId> users) {
    Set<UserId> missing = missing(users);
    open(missing, missing);
  }

  private Set<UserId> missing(Collection<UserId> users) {
    Set<UserId> missing = new HashSet<>(users);
    missing.removeAll(receivers.keySet());
    return missing;
  }

  private void open(Set<UserId> missing, Set<UserId> online) {
    Map<UserId, Long> last = tools.store().lastSeq(missing);
    for (UserId user : missing) {
      ReceiverOutbox<EncodedPush> outbox =
          new ReceiverOutbox<>(
              tools.properties().limits(), last.getOrDefault(user, 0L), online.contains(user));
      receivers.put(user, new Held(user, outbox));
    }
  }

  /** One who was opened. */
  Held held(UserId user) {
    Held held = receivers.get(user);
    if (held == null) {
      throw new IllegalStateException("the outbox of " + user + " was not opened");
    }
    held.used(tools.now());
    return held;
  }

  /** One who may be in memory. */
  @Nullable Held find(UserId user) {
    return receivers.get(user);
  }

  /** Forgets those who have been still for long, or for longest where there are too many. */
  void forgetTheStill(long now, Predicate<UserId> mustStay) {
    long idleSince = now - tools.properties().idle().toMillis();
    int tooMany = receivers.size() - tools.properties().maxReceivers();
    for (Iterator<Held> oldestFirst = iterator(); oldestFirst.hasNext(); ) {
      Held held = oldestFirst.next();
      if ((tooMany > 0 || held.unusedSince(idleSince))
          && held.outbox().isSettled()
          && !mustStay.test(held.user())) {
        oldestFirst.remove();
        presenceUnknown.remove(held.user());
        tooMany--;
      }
    }
  }
}
